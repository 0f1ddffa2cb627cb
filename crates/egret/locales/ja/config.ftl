# 設定の誤りと、その直し方

config-problems = 設定に { $count } 件の誤りがあります
config-hint = 対処: { $hint }
config-option = オプション { $key }

config-invalid = `{ $key }` の値 `{ $value }` は正しくありません。{ $expected }を指定してください
config-invalid-secret = `{ $key }` の値が正しくありません。{ $expected }を指定してください
config-invalid-environment = 環境 `{ $environment }` の値 `{ $value }` は正しくありません。キーを書いてください
config-invalid-content = 内容 `{ $value }` は正しくありません。{ $expected }を書いてください
config-empty-queues = `{ $key }` が空です。キューを 1 つ以上指定してください
config-unknown-option = `{ $key }` という項目はありません
config-unknown-variable = `{ $key }` という環境変数はありません
config-unknown-section = セクション `{ $section }` はありません。設定にあるのは { $known } です
config-no-environment = 環境 `{ $environment }` がありません。ファイルにあるのは { $known } です
config-no-environment-hint = 環境を書き加えるか、EGRET_ENV で別の環境を選んでください
config-beside-environments = `{ $key }` が環境の外に書かれています
config-beside-environments-hint = `{ $key }` を `production` などの環境の中に移してください
config-into-an-environment-hint = `{ $key }` を環境のセクションの中 (`production` の下の `{ $section }` など) に移してください
config-into-a-section-hint = `{ $key }` はセクションの項目です。`{ $section }` などのセクションの中に移してください
config-did-you-mean = `{ $word }` ではありませんか?
config-known-here = ここに書けるのは { $known } です
config-unreadable = ファイルを読み込めませんでした: { $reason }
config-no-file = ファイルがありません
config-not-yaml = YAML として読み込めませんでした: { $reason }

# YAML ではないもの、または設定に使えない YAML

config-yaml-at = { $reason } ({ $column } 桁目)
config-yaml-duplicate = キー `{ $key }` が重複しています。1 つだけ書いてください
config-yaml-duplicate-key = キーが重複しています。1 つだけ書いてください
config-yaml-too-much = エイリアスの展開も含めて、設定としては値が多すぎるか、入れ子が深すぎます
config-yaml-recursive = アンカーが自分自身を含んでいます
config-yaml-infinite = 数値 `{ $value }` は使えません。有限の数を書いてください。文字列の場合は `"{ $value }"` と書きます
config-yaml-documents = 1 つのファイルに複数の文書があります。1 つだけ書いてください
config-yaml-other = { $reason }

# 期待される値 (文の一部)

config-expected-words = { $words } のいずれか
config-expected-text = 文字列
config-expected-truth = `true` か `false`
config-expected-number = 整数
config-expected-positive = 1 以上の整数
config-expected-count = 0 以上の整数
config-expected-duration = 秒数、または `10s`、`5m`、`6h`、`2d`、`500ms` のような時間
config-expected-positive-duration = 0 より長い秒数、または `10s`、`5m`、`500ms` のような時間
config-expected-bytes = 0 より大きいバイト数、または `512M` や `2G` のような量
config-expected-zone = `Asia/Tokyo` のようなタイムゾーン名
config-expected-clock-zone = `utc`、`local`、または `Asia/Tokyo` のようなタイムゾーン名
config-expected-mapping = キーと値の組
config-expected-mapping-with = `{ $key }` のあるキーと値の組
config-expected-keys = キー
config-expected-keys-of = 次のキー ({ $known })
config-expected-keys-with-values = キーと値
config-expected-section-keys = `polling` などセクションのキー
config-expected-queue = キューの名前
config-expected-a-queue = 1 つ以上のキュー
config-expected-weights = 1 以上の重み
config-expected-url = `{ $example }` のような URL
config-expected-listen = `127.0.0.1:3000` のようなアドレスとポート
config-expected-proxy = `10.0.0.1` のようなプロキシのアドレス
config-expected-path = 絶対パス
config-expected-variable = 環境変数の名前
config-expected-no-url = URL ではなく環境変数の名前
config-expected-sidekiq-keys = `concurrency` や `queues` などのキー
config-expected-sidekiq-capsules = キーを持つ名前
config-expected-sidekiq-capsule = `queues` と `concurrency`
config-expected-sidekiq-queue = キューの名前、または `[名前, 重み]`
config-expected-resque-queues = `critical,low` や `*` のようなキュー
config-expected-resque-seconds = `5` や `0.5` のような秒数

# 誤りではないが、意図したとは思えないもの

config-unread = `{ $key }` は組み込み以外の実行方式の設定で、このプログラムでは使いません
config-queue-twice = セクション `{ $section }` にキュー `{ $queue }` が 2 回あります。最初の位置が有効です
config-never-started = セクション `{ $section }` は `on_demand` ですが、ジョブの追加で起動するのはセクション `{ $default }` だけです。{ $queues } のために起動するサービスはありません
config-never-started-hint = `mode: service` にして `egret run --section { $section }` で起動するか、`{ $default }` のキューに加えてください
config-name-twice = セクション `{ $holder }` と `{ $section }` の名前がどちらも `name: { $name }` なので、サービスは同じものとして数えられます
config-unpolled-limit = `pool.{ $queue }` の上限は、どのセクションも監視していないキューに対するものです

config-ruby-reads = Ruby は `{ $value }` を { $reads } として読みます
config-ruby-write = { $instead } と書いてください
config-ruby-number = 数値 { $number }
config-ruby-symbol = 文字列ではないシンボル `{ $name }`
config-ruby-boolean = 真偽値 { $truth }
config-ruby-date = 日付 (ファイル全体が拒否されます)
config-ruby-text = 文字列
config-ruby-instead = `{ $value }`、または{ $quoted }
config-ruby-quoted = 文字列なら `"{ $value }"`
config-ruby-no-colon = コロンなしで `{ $name }`
config-ruby-digits = 数字だけで、または{ $quoted }

# Sidekiq と Resque のファイルと環境変数

config-means-nothing = `{ $key }` はここでは意味を持ちません: { $reason }
config-sidekiq-ruby = `{ $tag }` は Ruby のコードです。ここでは Ruby を実行しません
config-sidekiq-ruby-hint = 値をそのまま書くか、書かずに EGRET_CONCURRENCY、EGRET_POLLING_QUEUES、EGRET_SHUTDOWN_TIMEOUT などの環境変数で指定してください
config-sidekiq-capsule-hint = カプセルには `queues` と `concurrency` を書けます
config-sidekiq-queue-twice = キュー `{ $queue }` が `{ $key }` に 2 回あります
config-sidekiq-queue-twice-hint = 選ばれる割合を増やすには `[{ $queue }, 2]` と 1 回だけ書いてください
config-sidekiq-provider-unset = `{ $provider }` が指す環境変数 `{ $name }` が設定されていません
config-sidekiq-provider-hint = `{ $url }` に URL を設定するか、`{ $provider }` に URL のある環境変数の名前を設定してください

config-nothing-supervised = サービスはフォアグラウンドで動き、`egret systemd install` で systemd の管理下に置けます
config-nothing-log-file = ログの出力先は `--log-file` で指定します
config-nothing-ruby = Ruby に何を読み込み実行するかを指定するものです
config-nothing-log-lines = ログの形式は `--log-level` と `--log-format` で指定します
config-nothing-add-on = 追加の gem の設定です
config-nothing-there-either = Sidekiq でも効果はありません
config-nothing-environment = 環境は EGRET_ENV、APP_ENV、RAILS_ENV、RACK_ENV で選びます
config-nothing-connections = 接続は開いたままで、切れたときに作り直します
config-nothing-iteration = いつ中断して後で再開するかは、ジョブ自身が決めます
config-nothing-health = 正常かどうかは `egret status` と `egret console` で分かります
config-nothing-fork = ジョブごとにプロセスを分けません。別のプロセスで動くのは、プログラムを実行するジョブ `Egret::Command` です
config-nothing-graceful = TERM、INT、QUIT を受け取ると、`shutdown_timeout` (`RESQUE_PRE_SHUTDOWN_TIMEOUT` で指定できます) までジョブの終了を待ち、終わらないジョブは元のキューに戻します
config-nothing-woken = サービスはジョブの追加で起こされ、それ以外は `polling.interval` ごとに確認します
config-nothing-read-ahead = まもなく開始できる数のジョブをまとめて取り出します
config-nothing-scheduled = 実行時刻になったジョブは、どのサービスも 1 秒以内に移します
config-nothing-procline = `ps` に表示される行は起動時のままです
config-nothing-failure-backend = URL で指定します: `resque+redis://…?failure_backend=redis_multi_queue`
config-nothing-recurring = 繰り返し実行するジョブは Resque のスケジューラに任せます
