# タスク

tasks-none = タスクはありません
tasks-none-named = タスク `{ $name }` はありません
tasks-none-named-hint = `egret tasks list` で一覧を表示します
tasks-none-match = 該当するタスクはありません。
tasks-found = { $count } 件のタスクが該当します:

tasks-field-name = 名前
tasks-field-state = 状態
tasks-field-order = 指示
tasks-field-progress = 進捗
tasks-field-started = 開始
tasks-field-closed = 終了
tasks-field-updated = 更新
tasks-field-owner = 所有者
tasks-field-job = ジョブ
tasks-field-services = サービス
tasks-order-stop = 中断 (次に確認した時点で止まります)
tasks-owner-process = { $host } のプロセス { $pid }
tasks-owner-job = ジョブ { $job }
tasks-owner-service = サービス
tasks-owner-gone = 消失
tasks-owner-gone-unclosed = 終了処理をせずに消失
tasks-run = { $sequence } 回目 ({ $host } のプロセス { $pid })
tasks-run-empty = { $sequence } 回目のログはありません。何も書かれていないか、保存期間を過ぎて削除されました
tasks-lines-part = { $count } 行のうち { $shown } 行

tasks-ask-interrupt = この { $count } 件に中断を要求しますか?
tasks-ask-reset = この { $count } 件を停止状態に戻しますか?
tasks-ask-delete = この { $count } 件をログごと削除しますか? 元に戻せません。
tasks-changed-interrupt = { $count } 件に中断を要求しました。
tasks-changed-reset = { $count } 件をリセットしました。
tasks-changed-delete = { $count } 件を削除しました。
tasks-interrupt-done = { $name }: 中断を要求しました
tasks-reset-done = { $name }: リセットしました
tasks-delete-done = { $name }: 削除しました
tasks-refused-hint = `egret tasks interrupt { $name }` で正常に中断できます。サービスの場合は `egret services stop { $name }` で停止してください
