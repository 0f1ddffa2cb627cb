# `egret check` の指摘と、`egret config` の表示

check-place = フォルダ { $folder }、環境 { $environment }
check-error = 誤り:
check-warning = 注意:
check-hint = 対処:
check-ok = 問題はありません
config-file-there = `{ $path }` はすでにあるため、変更しません
config-file-there-hint = `egret config` で有効な値を表示できます
config-file-unwritten = `{ $path }` を書き込めませんでした: { $reason }

check-folder-absent = フォルダ `{ $folder }` がありません
check-folder-absent-hint = --root か EGRET_ROOT で指定してください
check-no-folder = `{ $present }` はフォルダではないため、`{ $folder }` を作れません
check-folder-unwritable = ユーザー { $user } はフォルダ `{ $folder }` に書き込めません
check-folder-unwritable-hint = フォルダの所有者として実行するか、`chown { $user } { $folder }` で所有者を変更してください
check-folder-open = フォルダ `{ $folder }` には誰でも書き込めます
check-folder-open-hint = ストアに書き込める人はプログラムを実行できます。`chmod o-w { $folder }` を実行してください

check-store-memory = ストア `memory:` はプロセスとともに消え、ジョブはサービスに届きません
check-store-memory-hint = テストだけで使ってください
check-store-error = { $error }
check-store-unusable = このユーザーはストア `{ $path }` を読み書きできません
check-store-unusable-hint = ファイルの所有者として実行するか、`chown { $user } { $path }` で所有者を変更してください
check-tables-none = データベースに Delayed Job のテーブルがありません
check-tables-beside = データベースに Delayed Job のテーブルに添える Egret のテーブルがありません。ほかのプロセスのサービスは見えず、プロセスが強制終了されたジョブは Ruby と同じく `max_run_time` が過ぎるまで待ちます
check-tables-hint = `egret migrate` で作成できます
check-run-time = `max_run_time: { $set }` は { $shortest } より短いため、データベースに届かなくなったサービスがジョブを手放す前にロックが切れ、別のワーカーが同じジョブを並行して実行することがあります
check-run-time-hint = `delayed_job.max_run_time` を { $shortest } 以上にしてください。クラスごとに早く終わらせるには `time_limit` を使います
check-store-newer = ストア `{ $path }` のテーブルはバージョン { $version } ですが、このプログラムが扱えるのは { $known } までです
check-store-newer-hint = より新しいプログラムを使ってください

check-files = このプロセスが開けるファイルは { $limit } 個ですが、セクション `{ $section }` は `concurrency: { $concurrency }` で { $needed } 個を必要とすることがあります
check-files-hint = `ulimit -n { $needed }` か、ユニットの `LimitNOFILE={ $needed }` で増やしてください
check-stop-time = セクション `{ $section }` の `shutdown_timeout: { $timeout }` は、ユニットに指定がないときに systemd が待つ時間より長くなっています
check-memory = セクション `{ $section }` の `max_memory` は { $wanted } バイトですが、ユニットまたはコンテナの上限は { $given } バイトです。先にカーネルがサービスを強制終了します
check-memory-hint = `max_memory` をそれより小さくしてください
check-threads = ユニットまたはコンテナで使えるスレッドは { $given } 個ですが、セクション `{ $section }` は { $threads } 個を必要とすることがあります
check-setting = `{ $setting }`
