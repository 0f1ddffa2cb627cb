# コマンドを実行できない理由

cli-no-job = ジョブ `{ $id }` はありません
cli-no-attempt = ジョブ `{ $id }` に { $attempt } 回目の実行はありません
cli-job-deleted = ジョブ `{ $id }` は削除されました
cli-job-goes-on = ジョブの実行は続きます。`egret logs follow { $id }` で確認できます
cli-job-waits = ジョブは待っています: { $sentence }
cli-job-runs = ジョブを実行しています
cli-output-gaps = 出力の一部が失われました: { $remark }
cli-output-unreadable = ジョブの出力を読み込めませんでした: { $error }
cli-output-unwritten = 結果を出力できませんでした: { $error }
cli-log-unreadable = ログを読み込めませんでした: { $error }
cli-unopened = `{ $path }` を開けませんでした: { $error }
cli-not-run = `{ $path }` を実行できませんでした: { $error }
cli-no-signal = シグナル { $signal } を受け取る準備ができませんでした: { $error }
cli-change-unsupported = ストア { $store } ではこの操作 ({ $verb }) はできません
cli-no-version = このストアにはバージョンを持つテーブルがありません

cli-program-not-utf8 = プログラム名 `{ $word }` が UTF-8 ではありません
cli-argument-not-utf8 = { $number } 番目の引数 `{ $word }` が UTF-8 ではありません
cli-no-time = 新しい日時を `--at` か `--in` で指定してください
cli-bad-time = `--at` の値が正しくありません: { $error }
cli-bad-moment = { $error }。`1d` のように何日前かで指定することもできます
cli-no-text = `--text` に語がありません
cli-no-words = `--matching` に語がありません
cli-no-words-hint = すべてを対象にするには `--all` を指定してください
cli-bad-assignment = `{ $word }` は使えません。`{ $section }=SECTION` か `{ $environment }=ENVIRONMENT` を指定してください
cli-sections-contradict = `--section { $option }` と `config={ $assigned }` が矛盾しています
cli-bad-variable = { $variable } の値 `{ $text }` が正しくありません: { $error }
cli-bad-level-hint = `debug` のようなレベルか、`warn,egret=debug` のようにモジュールごとのレベルを指定してください
cli-not-json = { $number } 番目の引数 `{ $text }` が JSON ではありません: { $error }
cli-not-json-text-hint = 文字列には JSON の引用符も必要です: '"{ $text }"'
cli-not-json-hint = シェルでは、引数を一重引用符で囲むと二重引用符がそのまま渡されます
cli-bad-scale = `{ $scale }` は倍率として使えません。0.001 から 100 の間で指定してください
cli-no-row = 名前に `{ $only }` を含む項目はありません。`drain` や `pickup` などを指定してください

cli-no-service = サービス `{ $word }` はありません
cli-no-service-hint = `egret services list` で一覧を表示できます
cli-service-dead = サービス `{ $word }` ({ $address }) は終了しており、指示できません
cli-service-dead-hint = 保持していたジョブは動作中のサービスが元に戻します。対処は必要ありません
cli-order-late = { $n } 個のサービスが { $time } 以内に指示 ({ $order }) に従いませんでした。指示は有効なままです
cli-order-late-hint = `egret services list` で状態を確認できます

cli-no-moment = 時刻 `{ $text }` は使えません。`2030-01-31T09:00:00+09:00`、`2030-01-31 09:00`、`09:00` のように指定してください
cli-no-day = 日 `{ $text }` は使えません。`today`、`yesterday`、または `2026-11-23` のように指定してください
cli-no-span = 時間の長さ `{ $text }` は使えません。秒数か、`10s` のように `ms`、`s`、`m`、`h`、`d` を付けた数を指定してください
cli-no-time-limit = 0 より大きい値を指定してください
cli-no-word-of-job = ストアがジョブの結果を返しませんでした
cli-job-cancelled = ジョブ `{ $id }` は取り消されました
cli-job-unexplained = ジョブ `{ $id }` は `{ $state }` ですが、理由は記録されていません
cli-output-panicked = 出力の表示がパニックで終了しました
cli-not-started = 起動に失敗しました: { $error }
cli-store-unopened = ストアは先ほど開けませんでした

cli-console-unreachable = コンソール `{ $url }` に問い合わせられませんでした: { $error }
cli-console-unreachable-hint = コンソールは動いていますか? `egret console --listen ADDRESS:PORT` で起動します
cli-console-strange = `{ $url }` は、このバージョンのコンソールとして応答しません: { $error }
cli-console-strange-hint = `http://127.0.0.1:3000` のように、コンソールの URL を指定してください
cli-console-locked = コンソール `{ $url }` はこのトークンを受け付けません
cli-console-locked-hint = コンソール側で作成してください: `egret token create --user NAME --long-lived --scope status:read`
cli-console-forbidden = このトークン、またはユーザーの役割では `{ $url }` の状態を読めません
cli-console-forbidden-hint = スコープは `status:read`、役割は `viewer` 以上が必要です
cli-console-status = コンソール `{ $url }` がステータス { $status } を返しました
cli-console-encrypted = `{ $url }` は暗号化されており、このプログラムでは接続できません
cli-console-encrypted-hint = curl を使えます: { $command }
cli-console-no-address = `{ $url }` はコンソールのアドレスではありません。`http://HOST:PORT` のように指定してください

cli-job-runs-again = ジョブの実行中にサービスが異常終了しました。ジョブはもう一度実行されます
cli-job-not-run = ジョブ `{ $id }` はまだ実行されていません
cli-attempts-known = あるのは { $numbers } 回目です
cli-job-is = ジョブの状態: { $state }
cli-job-is-after = ジョブの状態: { $state }、実行 { $attempt }
