# ストアのエラー。英語の文はストアのソースコードにあります

store-verb-failed = { $verb }に失敗しました
store-verb-refused = { $verb }に失敗しました: { $reason }
store-file-failed = `{ $path }`: { $verb }に失敗しました
store-refused = { $what }: { $reason }

store-destroyed = ストア `{ $store }` は使えなくなっています: { $cause }。{ $remedy }
store-destroyed-anew = { $destroyed }。空のストアから始める場合は、`{ $notice }` とストアを削除してください
store-looks-destroyed = ストア `{ $store }` に壊れたページがあります。`egret store check` を実行すると、読み取れる内容がストアの隣に複製され、対処方法が表示されます
store-file-deleted = 使用中に `{ $file }` が削除されました
store-file-replaced = 使用中に `{ $file }` が別のファイルに置き換えられました
store-file-corrupt = `{ $file }` に壊れたページがあります ({ $error })
store-rescue-pending = 別のプロセスが、読み取れる内容を複製しています
store-rescue-failed = 複製を作れませんでした ({ $error })。何も起動せずに控えから戻すか、原因を取り除いて `{ $notice }` を削除してください。次の起動時にもう一度複製します
store-rescue-done = 読み取れた内容{ $count }は `{ $copy }` にあります{ $kept }。すべてのサービスを停止し、{ $away }`{ $store }-wal` と `{ $store }-shm` を削除して、`mv { $copy } { $store }` と `egret store check` を実行してから、サービスを起動してください
store-rescue-count = {" "}(待っているか実行中だったジョブ { $n } 件)
store-rescue-pages = {" "}(アプリケーションのテーブルを含む元のページはすべて `{ $damaged }` にあります)
store-rescue-away = 今 `{ $store }` にあるファイルを別の場所に移し、
store-nothing = {""}

store-no-database = `{ $path }` は SQLite データベースではありません。`EGRET_URL` か config/job.yml の `url` で別のファイルを指定するか、このファイルを移してください
store-newer = ストア `{ $store }` のテーブルはバージョン { $version } ですが、このプログラムが扱えるのは { $known } までです。より新しいプログラムを使ってください

store-remedy-locked = 別のプロセスがストアの書き込みロックを 1 分間保持しています。書き込みの途中で停止したのかもしれません。`fuser -v` でファイルを開いているプロセスを調べ、`kill -CONT` で再開するか、終了させてください
store-remedy-read-only = このユーザーはファイルまたはフォルダに書き込めません
store-remedy-not-permitted = このユーザーには許可されていません。ファイルの所有者として実行するか、`chown` で所有者を変更してください
store-remedy-read-only-disk = ここではディスクが読み取り専用です。書き込み可能にするか、`EGRET_URL` で別の場所を指定してください
store-remedy-disk-full = ディスクに空きがないため、何も保存していません。空きを作ってください。config/job.yml の `retention` の `max_size` でストアの大きさを制限できます

verb-open-the-store = ストアを開くこと
verb-open-the-store-at = ストア `{ $store }` を開くこと
verb-bring-the-store-s-tables-up-to-date = ストアのテーブルの更新
verb-check-the-store = ストアの検査
verb-check-the-copy-of-the-store = ストアの複製の検査
verb-copy-the-store = ストアの複製
verb-copy-the-store-to = `{ $path }` へのストアの複製
verb-give-room-back = 空き領域の返却
verb-tell-the-size-of-the-store = ストアの大きさの取得

verb-enqueue-jobs = ジョブの追加
verb-claim-jobs = ジョブの取得
verb-finish-claims = ジョブの終了の記録
verb-change-jobs = ジョブの変更
verb-count-jobs = ジョブの集計
verb-find-a-job = ジョブの検索
verb-find-the-jobs-to-change = 変更するジョブの検索
verb-list-ids-of-jobs = ジョブ ID の一覧の取得
verb-list-jobs = ジョブの一覧の取得
verb-list-attempts = 実行履歴の一覧の取得
verb-list-the-attempts-of-a-job = ジョブの実行履歴の取得
verb-read-log-lines = ログの読み込み
verb-look-for-due-jobs = 実行時刻を過ぎたジョブの検索
verb-look-for-the-next-job = 次のジョブの検索

verb-list-queues = キューの一覧の取得
verb-pause-a-queue = キューの一時停止
verb-resume-a-queue = キューの再開

verb-register-a-service = サービスの登録
verb-present-a-service-anew = サービスの情報の更新
verb-let-a-service-leave = サービスの終了の記録
verb-give-an-order-to-a-service = サービスへの指示
verb-read-orders = 指示の読み込み
verb-list-services = サービスの一覧の取得
verb-look-for-dead-services = 終了したサービスの検索
verb-rescue-the-jobs-of-a-dead-service = 終了したサービスのジョブの回収
verb-read-when-services-were-there = サービスの動作時刻の読み込み
verb-claim-the-right-to-start-a-service = サービスを起動する権利の取得
verb-note-a-failed-start = 起動の失敗の記録
verb-read-how-starting-a-service-stands = サービスの起動状況の読み込み

verb-begin-a-task = タスクの開始
verb-close-a-task = タスクの終了
verb-note-the-progress-of-a-task = タスクの進捗の記録
verb-find-a-task = タスクの検索
verb-list-tasks = タスクの一覧の取得
verb-list-the-runs-of-a-task = タスクの実行履歴の取得
verb-read-the-log-of-a-task = タスクのログの読み込み
verb-look-for-tasks-whose-owner-has-gone = 所有者が終了したタスクの検索
verb-close-tasks-whose-owner-has-gone = 所有者が終了したタスクの終了

verb-keep-a-record = 記録の保存
verb-take-a-record = 記録の取り出し
verb-find-a-record = 記録の検索
verb-list-records = 記録の一覧の取得
verb-look-for-expired-records = 期限切れの記録の検索
verb-forget-expired-records = 期限切れの記録の削除

verb-use-the-path = パスの使用
verb-make-the-store = ストアの作成
verb-look-at-the-store = ストアの確認
verb-make-the-backup = 控えの作成
verb-make-the-folder = フォルダの作成
verb-make-the-file = ファイルの作成
verb-make-the-file-of-a-service = サービスのファイルの作成
verb-make-the-lock-of-a-task = タスクのロックの作成
verb-open-the-lock = ロックを開くこと
verb-look-at-the-file-system-of = ファイルシステムの確認
verb-write-to-the-folder = フォルダへの書き込み
verb-beat-for-the-service = サービスの生存の記録
