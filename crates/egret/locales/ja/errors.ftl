# ストアなどのエラー。英語の文はソースコードの `words!` にあります

store-verb-failed = { $verb }に失敗しました
store-verb-refused = { $verb }に失敗しました: { $reason }
store-file-failed = `{ $path }`: { $verb }に失敗しました
store-refused = { $what }: { $reason }

store-destroyed = ストア `{ $store }` は使えなくなっています: { $cause }。{ $remedy }
store-destroyed-anew = { $destroyed }。空のストアから始める場合は、`{ $notice }` とストアを削除してください
store-looks-destroyed = ストア `{ $store }` に壊れたページがあります。`egret store check` を実行すると、読み取れる内容がストアの隣に複製され、対処方法が表示されます
store-emptied = ストア `{ $store }` は空にされています (ファイルが 0 バイトです)。すべてのサービスを停止し、`{ $away }` を実行して、`cp BACKUP { $typed }` で控えから戻すか、空のストアから始める場合は `rm { $typed }` を実行してください
store-file-deleted = 使用中に `{ $file }` が削除されました
store-file-replaced = 使用中に `{ $file }` が別のファイルに置き換えられました
store-file-corrupt = `{ $file }` に壊れたページがあります ({ $error })
store-rescue-pending = 別のプロセスが、読み取れる内容を複製しています
store-rescue-failed = 複製を作れませんでした ({ $error })。何も起動せずに控えから戻すか、原因を取り除いて `{ $notice }` を削除してください。次の起動時にもう一度複製します
store-rescue-done = 読み取れた内容{ $count }は `{ $copy }` にあります{ $kept }。すべてのサービスを停止し、{ $away }`{ $store }-wal` と `{ $store }-shm` を削除して、`{ $move_command }`{ $backup } と `egret store check` を実行してから、サービスを起動してください
store-rescue-count = {" "}(待っているか実行中だったジョブ { $n } 件)
store-rescue-pages = {" "}(アプリケーションのテーブルを含む元のページはすべて `{ $damaged }` にあります)
store-rescue-backup = {" "}(複製に足りないものが控えにある場合は `cp BACKUP { $store }`)
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
verb-make-the-file-of-a-service = サービスのファイルの作成
verb-make-the-lock-of-a-task = タスクのロックの作成
verb-open-the-lock = ロックを開くこと
verb-look-at-the-file-system-of = ファイルシステムの確認
verb-write-to-the-file = ファイルへの書き込み
verb-write-to-the-folder = フォルダへの書き込み
verb-beat-for-the-service = サービスの生存の記録

# すべてのストア

store-cannot = バックエンド `{ $backend }` では{ $verb }はできません
store-claim-replaced = このジョブの担当は別の取得に替わっています
store-closed = ストアは閉じられています
store-connections-ended = 接続のスレッドが終了しています
store-claim-runtime-ended = 取得を行うランタイムが終了しています
store-no-cursor = `{ $cursor }` はこの一覧の位置ではありません
store-unknown-service = サービス `{ $service }` は登録されていません
store-enough-services = `{ $name }` という名前のサービスは、すでに上限まで動いています
store-unreadable-service = サービス `{ $id }` の情報を読み取れません

# 組み込みのストア

store-no-path = `{ $path }` はファイルのパスではありません
store-no-file = `{ $path }` はファイルではないため、ストアとして使えません。`EGRET_URL` か config/job.yml の `url` で `sqlite:var/egret.db` のようにファイルを指定してください
store-no-log = ここではストア `{ $store }` の先行書き込みログを使えません (SQLite の応答は `{ $mode }`)
store-old-library = SQLite `{ $version }` は、複数のプロセスがストアを使うと書き込みを失うことがあります。3.51.3 以降が必要です。rusqlite の機能 `bundled` を有効にしてビルドしてください
store-network-disk = `{ $folder }` はネットワークファイルシステム ({ $name }) にあり、複数のプロセスで SQLite のストアを共有できません。ローカルのフォルダか別のバックエンドを使ってください
store-no-locks = `{ $folder }` のファイルシステムでは、プロセス間でファイルをロックできません
store-backup-exists = `{ $path }` はすでに存在します。控えは何も上書きしません。別のファイルを指定してください
store-copy-not-whole = ストアが壊れているため、複製も壊れています。`egret store check` で壊れている箇所を確認できます
store-vacuum-beside-services = ストアが { $size } MiB あるため、圧縮の間、動作中のサービス ({ $n }) を長く待たせます。`systemctl stop egret-job` などで先に停止してください
store-vacuum-without-room = 圧縮には `{ $folder }` に { $needed } MiB の空きが必要ですが、{ $free } MiB しかありません。空きを作るか、一時ファイルのフォルダを `SQLITE_TMPDIR` で指定してください
store-no-ledger = 組み込みのストアは台帳を持ちません
store-unknown-ending = 組み込みのストアでは、ジョブを `{ $ending }` で終えることはできません
store-other-transaction = このトランザクションはストア `{ $store }` のものではありません
store-reader-ended = 読み込みのスレッドが終了しています
store-no-task = その名前のタスクはありません
store-task-not-running = 実行中ではありません ({ $state ->
    [ready] 開始待ち
    [stop] 停止
    [completed] 完了
    [failed] 失敗
    [interrupted] 中断
   *[other] { $state }
})
store-task-is = { $state ->
    [running] 実行中です
    [ready] 開始待ちです
   *[other] 状態は { $state } です
}

verb-look-at-the-store-at = ストア `{ $store }` の確認
verb-write-the-payload-of = ジョブ `{ $id }` の内容の書き込み
verb-interrupt-a-task = タスクの中断
verb-reset-a-task = タスクのリセット
verb-delete-a-task = タスクの削除
verb-interrupt-the-task = タスク `{ $name }` の中断
verb-reset-the-task = タスク `{ $name }` のリセット
verb-delete-the-task = タスク `{ $name }` の削除
verb-start-a-thread-that-reads = 読み込みのスレッドの開始
verb-start-the-writer-thread = 書き込みのスレッドの開始
verb-make-the-folder-for-the-measurement = 測定用のフォルダの作成
verb-measure-what-SQLite-does = SQLite の測定

# バックエンドにない機能

verb-check-itself = 検査
verb-copy-itself = 複製
verb-tell-its-size = 大きさの取得
verb-enqueue-by-statements-of-the-application-s-own = アプリケーション自身の文によるジョブの追加
verb-find-a-job-by-its-id = ID によるジョブの検索
verb-give-orders-to-services = サービスへの指示
verb-judge-conditions-of-an-enqueue = ジョブを追加する条件の判定
verb-keep-finished-jobs = 終了したジョブの保存
verb-keep-how-far-jobs-have-come = ジョブの進み具合の保存
verb-keep-log-lines = ログの保存
verb-keep-tasks = タスクの保存
verb-keep-the-history-of-attempts = 実行履歴の保存
verb-make-this-change-of-jobs = ジョブのこの変更
verb-move-counters-of-a-ledger = 台帳の更新
verb-move-counters-with-the-end-of-a-job = ジョブの終了に伴う台帳の更新
verb-note-progress-and-log-lines = 進捗とログの記録
verb-pause-queues = キューの一時停止
verb-start-services-on-demand = 必要なときのサービスの起動
verb-note-how-far-the-job-is = ジョブの進み具合の記録
verb-read-how-far-the-job-had-come = ジョブの進み具合の読み込み
verb-end-the-iteration-of-a-job = ジョブの繰り返しの終了

# Redis

redis-unknown-user = サーバー `{ $place }` はこのユーザーとパスワードを受け付けません
redis-silent = サーバー `{ $place }` が応答しません
redis-broken = サーバー `{ $place }` との接続が切れました
redis-full = Redis に空きがありません。メモリを空けるか `maxmemory` を増やしてください。何も保存していません
redis-read-only = Redis は読み取り専用のレプリカです。URL でプライマリか Sentinel を指定してください
redis-few-replicas = Redis のレプリカが `min-replicas-to-write` の数に足りません
redis-unsaved = Redis がディスクに保存できず、書き込みを受け付けません。Redis のログを確認してください
redis-loading = Redis はデータを読み込んでいる途中です
redis-busy = Redis は別のスクリプトを実行中です。`redis-cli SCRIPT KILL` で終了できます
redis-no-primary = Redis はレプリカで、プライマリを見失っています
redis-asks-for-password = Redis がパスワードを求めています。URL に `redis://:PASSWORD@HOST` の形で書いてください
redis-wrong-password = Redis はこのユーザーとパスワードを受け付けません。URL を確認してください
redis-not-permitted = このユーザーには Redis での操作が許可されていません。`ACL LIST` を確認してください
redis-cluster = Redis がクラスタのため、この形式のキーをまとめて置けません。単独のサーバーか Sentinel を使ってください
redis-part-of-cluster = サーバーが Redis Cluster の一部のため、この形式のキーをまとめて置けません。単独のサーバーか Sentinel を使ってください
redis-wrong-type = キーに、この形式とは別の種類の値が入っています
redis-error = Redis がエラーを返しました
redis-unexpected = Redis が想定外の応答を返しました
redis-old = Redis { $version } は古すぎます。{ $oldest } 以降が必要です
redis-sentinels = `{ $primary }` のプライマリを答える Sentinel がありません
redis-sidekiq-stays-quiet = Sidekiq のプロセスは、いったん新しいジョブを取らない状態になると元に戻りません。`{ $process }` の代わりに別のプロセスを起動してください
redis-script-no-text = スクリプトが文字列以外を返しました
redis-script-no-number = スクリプトが数値ではなく `{ $text }` を返しました
redis-script-unexpected = スクリプトが想定外の値を返しました: { $value }

redis-url-begin = Redis の URL は `redis://` で始まります
redis-url-scheme = Redis の URL のスキーム `{ $scheme }` は使えません。`redis`、`rediss`、`redis-sentinel`、`rediss-sentinel` のいずれかを指定してください
redis-url-ca = `ca` は暗号化する `rediss://` でだけ使えます
redis-url-primary = プライマリの名前がありません: `redis-sentinel://HOST:PORT/PRIMARY/DATABASE`
redis-url-port = `{ $port }` は Redis サーバーのポートではありません
redis-url-option = Redis の URL のオプション `{ $option }` は使えません。`ca`、`sentinel_username`、`sentinel_password` のいずれかを指定してください
redis-url-database = `{ $number }` は Redis のデータベースの番号ではありません。`redis://HOST/0` のように指定してください
redis-url-encoding = Redis の URL の `%` を戻すと文字列になりません
redis-url-value = `{ $name }` の値 `{ $value }` は使えません。{ $expected }を指定してください
redis-expected-namespace = `resque` のような Resque のキーの先頭部分
redis-expected-failures = `redis` か `redis_multi_queue`
redis-expected-retried = `keep` か `remove`

job-no-class = クラスがありません
job-no-queue = キューの名前が空です。`default` のような名前が必要です
job-no-arguments = 引数が JSON の配列ではありません
job-too-large = 引数を受け取れません: { $excess }
job-many-bytes = { $n } バイトあり、上限の { $most } を超えています
job-deep = 入れ子が { $most } 段より深くなっています
job-tags = `tags` が JSON の配列ではありません
job-retry-for = `retry_for` が `{ $value }` です。{ $longest } 以下の秒数が必要です

verb-ask-the-sentinel-at = Sentinel `{ $place }` への問い合わせ
verb-ask-the-time = 時刻の取得
verb-beat = 生存の記録
verb-cancel-a-job = ジョブの取り消し
verb-cancel-a-job-that-goes-through-elements = 繰り返すジョブの取り消し
verb-connect = 接続
verb-connect-to-redis-at = Redis `{ $place }` への接続
verb-count-delayed-jobs = 予約済みのジョブの集計
verb-count-failures = 失敗の集計
verb-count-processes = プロセスの集計
verb-count-reserved-and-dead-jobs = 予約済みと失敗のジョブの集計
verb-count-reserved-jobs = 予約済みのジョブの集計
verb-end-standing-claims = 待機中の取得要求の終了
verb-enqueue = ジョブの追加
verb-enqueue-a-job-of = クラス `{ $class }` のジョブの追加
verb-finish-jobs = ジョブの終了の記録
verb-forget-how-far-a-job-has-come = ジョブの進み具合の削除
verb-give-an-order = サービスへの指示
verb-leave = サービスの終了の記録
verb-list-Sidekiq-s-processes = Sidekiq のプロセスの一覧の取得
verb-list-the-queues = キューの一覧の取得
verb-listen-for-hints = 通知の受信
verb-look-at-a-dead-worker = 終了したワーカーの確認
verb-look-at-claims = 取得したジョブの確認
verb-look-at-delayed-jobs = 予約済みのジョブの確認
verb-look-at-Resque-s-workers = Resque のワーカーの確認
verb-look-at-Sidekiq-s-processes = Sidekiq のプロセスの確認
verb-look-at-the-server = サーバーの確認
verb-look-for-a-job = ジョブの検索
verb-look-for-dead-workers = 終了したワーカーの検索
verb-look-for-jobs = ジョブの検索
verb-look-for-lists-of-failures = 失敗のリストの検索
verb-look-for-paused-queues = 一時停止中のキューの検索
verb-look-when-services-were-there = サービスの動作時刻の読み込み
verb-mark-jobs-that-run = 実行中のジョブの記録
verb-move-due-jobs = 実行時刻になったジョブの移動
verb-read-a-claim = 取得したジョブの読み込み
verb-read-a-queue = キューの読み込み
verb-read-a-service = サービスの読み込み
verb-read-certificates-from = `{ $path }` の証明書の読み込み
verb-read-dead-jobs = 失敗したジョブの読み込み
verb-read-failures = 失敗の読み込み
verb-read-how-far-a-job-has-come = ジョブの進み具合の読み込み
verb-read-reserved-jobs = 予約済みのジョブの読み込み
verb-release-jobs = ジョブの差し戻し
verb-rescue-jobs = ジョブの回収
verb-send-a-signal-to-a-process-of-Sidekiq = Sidekiq のプロセスへのシグナルの送信
verb-show-the-service-to-Sidekiq = Sidekiq へのサービスの表示
verb-show-workers-to-Resque = Resque へのワーカーの表示
verb-start-the-thread-of-connections = 接続のスレッドの開始
verb-take-a-dead-worker-away = 終了したワーカーの削除
verb-take-the-service-from-Sidekiq-s-processes = Sidekiq のプロセスからのサービスの削除
verb-take-workers-from-Resque = Resque からのワーカーの削除
verb-write-how-far-a-job-has-come = ジョブの進み具合の書き込み

# Delayed Job

database-bad-certificate = `{ $path }` の証明書は信頼できません
database-certificate-name = サーバーの証明書は別の名前のものです。証明書にある名前で接続してください
database-certificate-unknown = サーバーの証明書を信頼できません。URL の `sslrootcert=FILE` で署名者を指定してください
database-character = `{ $table }` の列 `{ $column }` には文字 `{ $character }` を保存できません。`utf8mb4` にすればすべて保存できます
database-full-pool = 時間内に空いた接続がありませんでした
database-long-handler = handler は { $n } バイトですが、`{ $table }` の列 `handler` に入るのは { $most } バイトまでです。`longtext` にすればもっと入ります
database-long-queue = キューの名前は、`{ $table }` の列 `queue` では { $most } 文字までです
database-no-handler = ジョブ `{ $id }` を保存できません
database-no-queue = テーブル `{ $table }` に列 `queue` がないため、キュー `{ $queue }` を使えません。Delayed Job のジェネレーター `delayed_job:upgrade` で追加できます
database-no-table = データベースにテーブル `{ $table }` がありません。`egret migrate` が、Delayed Job のジェネレーターと同じものを作ります
database-no-tls = TLS を準備できません
database-old-library = SQLite { $version } は書き込みを失うことがあります。3.51.3 以降が必要です
database-no-pauses = バックエンド `{ $backend }` は、専用のテーブルがないとキューを一時停止できません。`egret migrate` で作成できます
database-prefix = `{ $prefix }` はテーブル名の接頭辞として使えません。英数字と `_` で { $most } バイトまでにしてください。PostgreSQL のスキーマは `search_path` で指定します
database-priority = 優先度 `{ $priority }` は列に入りません
database-queue-nul = キューの名前に NUL は使えません。PostgreSQL が受け付けません
database-ruby-worker = `{ $id }` は Ruby のワーカーのため、テーブルを通じて指示できません。プロセスにシグナルを送ってください
database-session-ended = セッションが終了しています
database-silent = `{ $place }` が応答しません
database-thread-ended = データベースのスレッドが終了しています
database-url-encoding = ストアの URL の `{ $text }` は、パーセントエンコードした文字列ではありません
database-url-no-file = SQLite データベースの URL にファイルがありません
database-url-option = SQLite データベースのオプション `{ $option }` は使えません
database-url-scheme = ストアの URL の `delayed-job+` の後には、`sqlite:PATH`、`postgres://…`、`mysql://…` のいずれかが必要です
database-url-unnamed = MySQL サーバーの URL にデータベースの名前がありません
database-url-unreadable = { $product } サーバーの URL を読み取れません
database-verify-identity = `verify_identity=false` には効果がありません。サーバーには証明書にある名前で接続してください

verb-ask-Delayed-Job-s-database = Delayed Job のデータベースへの問い合わせ
verb-begin-a-transaction = トランザクションの開始
verb-commit-to-Delayed-Job-s-database = Delayed Job のデータベースへのコミット
verb-connect-to = `{ $place }` への接続
verb-make-a-pool-of-connections = 接続プールの作成
verb-make-tables-in-Delayed-Job-s-database = Delayed Job のデータベースのテーブルの作成
verb-make-the-database-at = データベース `{ $path }` の作成
verb-open-the-database-at = データベース `{ $path }` を開くこと
verb-read-a-row-of-Delayed-Job-s-database = Delayed Job のデータベースの行の読み込み
verb-start-the-thread-of-the-database = データベースのスレッドの開始
verb-store-a-job-for-Delayed-Job = Delayed Job のジョブの追加
verb-write-to-Delayed-Job-s-database = Delayed Job のデータベースへの書き込み

# アプリケーション

app-scheme-left-out = このプログラムは、スキーム `{ $scheme }` のストアを含めずにビルドされています。`--features full` を付けてビルドしてください
app-unknown-scheme = ストアの URL のスキーム `{ $scheme }` は使えません。このプログラムで使えるのは { $known } です
app-priority = `delayed_job.{ $key }` は列 `priority` に入りません
program-refused = 実行ファイル `{ $path }` は{ $why }。これを実行しているプロセスを再起動してください
program-replaced = このプロセスの開始後に置き換えられています
program-unreadable = 読み取れません。削除されたか、移動されたようです
start-ended = サービスの起動が { $status } で終わりました。ログは `{ $log }` にあります
task-name-empty = タスクの名前が空です
task-name-of-service = `{ $name }` は config/job.yml にあるサービスの名前です。タスクには別の名前を付けてください
task-is-service = サービスです。`egret services stop { $name }` で停止してください
task-service-lives = その名前のサービスが動いています
task-services-live = その名前のサービスが { $n } 個動いています
verb-find-the-executable-of-this-process = このプロセスの実行ファイルの検索
verb-look-for-logs-of = `{ $job }` のログの検索
verb-open-the-service-s-log = サービスのログファイル `{ $path }` を開くこと
verb-read-file = `{ $path }` の読み込み
verb-run-file = { $path } の実行
verb-share-the-service-s-log-file = サービスのログファイルの共有
