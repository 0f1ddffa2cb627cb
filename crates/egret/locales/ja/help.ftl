# `--help` の表示。名前の付け方は crates/egret/src/cli/help/mod.rs にあります。

heading-commands = コマンド
heading-arguments = 引数
heading-options = オプション
heading-application = アプリケーション
heading-logging = ログ
heading-default = 既定
heading-values = 値

help-egret = バックグラウンドジョブの追加、実行、管理
help-egret__more =
    インストールや起動の作業は要りません。設定がなければ、ジョブはカレントフォルダの下の `var/egret.db` に保存され、
    ジョブを追加するとサービスが自動的に起動します。
help-egret__end =
    終了ステータス:
      0    成功
      1    実行できなかった (理由は標準エラー出力に表示されます)
      2    コマンドラインが正しくない
      130  Ctrl-C で終了した
      141  出力を読む側が終了した
    `exec --wait` はプログラムのステータスで終了します (`egret exec --help` を参照)。
    `status` と `jobs why` には独自のステータスがあります (`egret status --help` を参照)。

    環境変数:
      EGRET_ROOT  アプリケーションのフォルダ。相対パスの起点です
      EGRET_URL   ストア。例: sqlite:var/egret.db
      EGRET_ENV   config/job.yml の環境。なければ RAILS_ENV、RACK_ENV、それもなければ production
      EGRET_LANG  言語 (en か ja)。なければ LC_ALL、LC_MESSAGES、LANG
      EGRET_LOG   標準エラー出力に出すログ。例: debug、egret=debug
      NO_COLOR    色を付けません
help-help = このヘルプ、または指定したコマンドのヘルプを表示します

# すべてのコマンドに共通のオプション

help-any__url = ストア。例: `sqlite:var/egret.db` [環境変数: EGRET_URL]
help-any__root = アプリケーションのフォルダ。相対パスの起点です [環境変数: EGRET_ROOT]
help-any__lang = 表示する言語 (en か ja) [環境変数: EGRET_LANG]
help-any__log_format = ログの形式
help-any__log_format__human = 人が読む形式
help-any__log_format__json = プログラムが読む形式 (1 行に 1 つの JSON オブジェクト)
help-any__log_file = 標準エラー出力ではなく、このファイルの末尾にログを書きます。HUP を受け取ると開き直します
help-any__help = ヘルプを表示します
help-any__help__more = ヘルプを表示します (要約は '-h')
help-any__version = バージョンを表示します
help-any__json = 文章ではなく JSON を出力します
help-any__yes = 確認しません
help-any__dry_run = 変更の対象を表示するだけで、何も変更しません
help-any__limit = 表示する最大件数
help-any__after = 前のページの続きから表示します (そのページに表示された値を指定)
help-any__id = ジョブ

# 追加と実行

help-any__queue = キュー
help-any__priority = 優先度。小さいほど先に実行されます
help-any__delay = 今からこの時間が経つまで実行しません。例: `10s`、`5m`、`2h`
help-any__at = この日時まで実行しません。`2030-01-31T09:00:00+09:00`、またはこのマシンのタイムゾーンで `2030-01-31 09:00` や `09:00`
help-any__bindings = ジョブの結び付け。例: `user_id=5`。複数指定できます。`user_id` のあるジョブは `size_limit_per_user` の対象になります

help-exec = プログラムをバックグラウンドで実行し、ジョブの ID を表示します
help-exec__more = プログラムは、カレントフォルダで、サービスの環境変数を使って動きます。失敗しても再実行されません。
help-exec__end =
    --wait を付けたときの終了ステータス:
      プログラム自身のステータス、またはプログラムを終了させたシグナルの番号に 128 を足した値のほか、
      123  プログラムの結果がないままジョブが終わった (取り消し、削除、実行の拒否)
      124  時間切れでプログラムを終了させた (--timeout)
      125  Egret 自身が失敗した。ジョブは動き続けている可能性があります
      126  プログラムを実行できない
      127  プログラムがない
      130  Ctrl-C で待つのをやめた。ジョブは続きます
help-exec__timeout = この時間が経つとプログラムを終了させます。例: `90s`、`2h`
help-exec__wait = プログラムの終了を待ち、出力を表示して同じステータスで終了します。実行できない間はその理由を表示します
help-exec__program = `--` の後に書くプログラムとその引数

help-enqueue = 指定したクラスのジョブを追加し、ID を表示します
help-enqueue__more = このプログラムが知らないクラスでもかまいません。そのクラスを知るプログラムが実行するまで、ジョブは待ちます。
help-enqueue__end =
    例:
      egret enqueue SendInvoice 7 '"by mail"'
      egret enqueue SendInvoice '{"{"}"invoice_id": 7{"}"}' --queue low --in 5m
help-enqueue__class = クラス。例: `Billing::ChargeJob`
help-enqueue__arguments = ジョブの引数を順に、それぞれ JSON で書きます。オブジェクトは名前付きの引数になります

help-run = サービスをフォアグラウンドで実行します
help-run__more =
    停止を指示されるまで、on_demand の場合は待っているジョブがなくなるまで、ジョブを取って実行します。TERM、INT (Ctrl-C)、
    QUIT を受け取ると正常に停止します。実行中のジョブは期限 (`shutdown_timeout`) まで続け、残りは元に戻します。2 度目の
    Ctrl-C、または最初から 5 秒より後の停止シグナルは、即時の停止を意味します。TSTP を受け取ると、新しいジョブを取らなくなり
    ます。USR1、USR2、TTIN、CONT の意味はストアの元のシステムに合わせます。Egret 自身のストアでは、USR1 で新しいジョブを取らな
    くなり、CONT で再開し、TTIN で実行中のジョブをログに出します。HUP を受け取るとログファイルを開き直し、config/job.yml の
    変更のうち実行中に変えられるものを反映します。端末から起動した場合、HUP は停止を意味し、nohup の下では無視されます。
help-any__section = config/job.yml のセクション
help-any__sidekiq_config = config/sidekiq.yml など Sidekiq のファイルから、キュー、同時実行数、時間の上限などを読み込みます
help-any__assignments = `config=セクション`、またはセクションのキーを書いた YAML ファイルで `config=ファイル`。`rake job:run` と同じ `RAILS_ENV=環境` も指定できます
help-any__mode = 待っているジョブがなくなったら終了するかどうか。セクションの設定より優先されます
help-any__mode__service = 停止を指示されるまで動き続けます
help-any__mode__on_demand = 待っているジョブがなくなると終了します
help-any__until_empty = 実行すべきジョブがなくなるとすぐに終了します

help-jobs-workoff = 実行すべきジョブがなくなるまで実行して終了します
help-jobs-clear = すべてのジョブを削除します。実行中のジョブは最後まで実行されます
help-jobs-check = 一度も実行されないまま指定の秒数より古くなったジョブがあると、ステータス 1 で終了します
help-jobs-check__more = Ruby と同じく、実行日時を指定されて待っているジョブも数えます。
help-jobs-check__max_age = 秒数

# ジョブ

help-jobs = ジョブの一覧、表示、変更
help-jobs-list = ジョブの一覧。終了していないものが先です
help-jobs-show = ジョブの内容、待っている理由、各回の実行を表示します
help-jobs-why = ジョブが実行されない理由と、その対処を表示します
help-jobs-why__end =
    終了ステータス:
      0    答えが分かった
      1    そのジョブはない
      3    ストアに接続できない (それが答えです)
help-jobs-retry = 終了したジョブや再試行を待つジョブを、もう一度実行します
help-jobs-cancel = ジョブを取り消します。実行中のものには停止を要求します
help-jobs-delete = ジョブを実行履歴とログとともに削除します。実行中のものは削除しません
help-jobs-run-now = 実行時刻になっていないジョブを今すぐ実行します
help-jobs-reschedule = 待っているジョブの実行時刻を変更します
help-jobs__state = この状態のジョブだけ。複数指定できます
help-jobs__queue = このキューのジョブだけ
help-jobs__class = このクラスのジョブだけ
help-jobs__user = このユーザーのジョブだけ (結び付け `user_id`)
help-jobs__site = このサイトのジョブだけ (結び付け `site_id`)
help-jobs__since = この時刻以降のジョブだけ。日時、日付、または `1h` のようにどれだけ前か。終了した時刻、終了前は実行予定の時刻で判断します
help-jobs__before = この時刻より前のジョブだけ
help-jobs__text = クラス、引数、最後のエラーにこの文字列を含むジョブだけ (大文字と小文字は区別しません)。ほかの条件に合う新しい 10,000 件から探します
help-jobs__latest = 終了していないジョブを、実行予定の遅い順に表示します (通常は早い順)
help-jobs__ids = ジョブ。指定しない場合は、オプションの条件に合うものすべてを変更します
help-jobs__all = 意味のある状態のジョブすべて。`retry` は再試行待ちと失敗したもの、`run-now` は予約と再試行待ち、`cancel` は終了していないもの、`delete` は実行中でないもの

# サービス

help-services = サービスの一覧と、サービスへの指示
help-services-list = サービスの一覧。異常終了し、ジョブがまだ戻されていないものも表示します
help-services-quiet = サービスが新しいジョブを取らないようにします。実行中のジョブは続き、サービスも残ります
help-services-quiet__end = 指示は 1 秒以内に、通知が届かない場合は 5 秒以内に伝わります。最後の指示が有効ですが、停止は取り消せません。
help-services-resume = ジョブを取らなくなったサービスを再開します
help-services-resume__end = 指示は 1 秒以内に、通知が届かない場合は 5 秒以内に伝わります。最後の指示が有効ですが、停止は取り消せません。
help-services-stop = 実行中のジョブを終え、期限になると残りを元に戻して終了するよう指示します
help-services-stop__end = 指示は 1 秒以内に、通知が届かない場合は 5 秒以内に伝わります。最後の指示が有効ですが、停止は取り消せません。
help-services__services = サービスの ID、名前 (同じ名前のすべてのサービス)、または HOST:PID
help-services__host = このホストのすべてのサービス
help-services__all = すべてのホストの、このストアのすべてのサービス
help-services__wait = 完了するまで待ちます (実行中のジョブがなくなる、再開する、終了する)
help-services__timeout = 待つ時間の上限。過ぎるとコマンドは失敗しますが、指示は有効です

# キュー

help-queues = キューの一覧、一時停止、再開
help-queues-list = ジョブがある、または過去にあったキュー、一時停止中のキュー、config/job.yml にあるキューの一覧
help-queues-pause = キューを一時停止します。サービスはそのキューから新しいジョブを取りません。実行中のジョブは続きます
help-queues-resume = 一時停止を解除します。サービスはそのキューから再びジョブを取ります
help-queues__names = キュー
help-queues__all = `pause` では一時停止中でないすべてのキュー、`resume` では一時停止中のすべてのキュー

# タスク

help-tasks = タスクの一覧、進捗の表示、停止
help-tasks-list = タスクの一覧。最後に開始したものが先です。サービスも含みます
help-tasks-show = タスクの進捗と、最後の実行のログを表示します
help-tasks-interrupt = タスクに停止を要求します。タスクのコードが次に確認したとき (およそ 1 秒以内) に終わります
help-tasks-reset = タスクを停止の状態に戻します
help-tasks-delete = タスクをログとともに削除します
help-tasks-list__words = 名前にこの語を含むタスクだけ (大文字と小文字は区別しません)。5 語まで有効です
help-tasks-list__state = この状態のタスクだけ。複数指定できます
help-tasks-show__name = タスク
help-tasks-show__run = 最後の実行ではなく、この回の実行のログ
help-tasks-show__lines = 表示する最大行数。指定しない場合は `head_logs` の行数
help-tasks__names = タスク。指定しない場合は、オプションの条件に合うものすべてを変更します
help-tasks__state = この状態のすべてのタスク。複数指定できます
help-tasks__matching = 名前にこの語を含むすべてのタスク (大文字と小文字は区別しません)。5 語まで有効です
help-tasks__all = 意味のある状態のタスクすべて。`interrupt` は準備完了と実行中、`reset` は終了したもの、`delete` はそれに加えて停止中のもの。サービスは対象になりません
help-tasks__force = 持ち主のプロセスが動いていても実行します。持ち主は何も書き込めなくなり、停止を要求されます

# 実行履歴

help-logs = 実行履歴の一覧と、ジョブのログの表示
help-logs__more = コマンドを付けない場合は実行履歴の一覧を表示します。実行中のものが先で、終了したものは新しい順です。
help-logs-list = 実行履歴の一覧。コマンドを付けない場合と同じです
help-logs-show = ジョブのログを、実行の回ごとに表示します
help-logs-follow = ジョブが終わるまで、ログを書かれるそばから表示します
help-logs-follow__end = --json を付けると、1 行が 1 つの JSON になります。
help-logs-export = 実行履歴とログを CSV で出力します。終了の早い順で、実行中のものが先です
help-logs-prune = 指定した時間以上前に終了したジョブを、実行履歴とログとともに削除します
help-logs-prune__more = 件数といくつかの例を表示し、確認してから削除します。サービスも config/job.yml の `keep_logs` と `retention` に従って自動的に削除します。
help-logs__state = この状態の実行だけ。複数指定できます
help-logs__queue = このキューの実行だけ
help-logs__class = このクラスの実行だけ
help-logs__user = このユーザーのジョブの実行だけ (結び付け `user_id`)
help-logs__site = このサイトのジョブの実行だけ (結び付け `site_id`)
help-logs__day = この日の実行だけ。`today`、`yesterday`、または日付。終了した時刻、実行中は開始した時刻で判断します
help-logs__since = この時刻以降の実行だけ。日時、日付、または `1d` のようにどれだけ前か
help-logs__before = この時刻より前の実行だけ。日時、日付、またはどれだけ前か
help-logs__csv = すべてをログとともに CSV で出力します。`egret logs export` と同じです
help-logs__encoding = CSV の文字コード
help-logs__encoding__utf-8 = UTF-8
help-logs__encoding__cp932 = Windows-31J (SHIRASAGI と同じ)。表せない文字は `?` になります
help-logs-show__attempt = この回の実行だけ (1 から)
help-logs-follow__attempt = この回の実行 (1 から) が終わるまで。指定しない場合は、最新の回からジョブが終わるまで
help-logs-prune__older_than = どれだけ前に終了したものか。例: `30d`。`0s` は終了したものすべて

# 状態、設定、確認

help-status = ジョブが滞留していないか、その原因と対処を表示します
help-status__end =
    終了ステータス:
      0    正常
      1    滞留はないが注意がある (--strict)、または確認できなかった
      2    滞留している (またはコマンドラインが正しくない。その場合は何も出力しません)
      3    ストアまたはコンソールに接続できない。--json ではコード `store_unreachable` と理由を出力する

    --url http://HOST:PORT を付けるとコンソールに問い合わせます。次のトークンが必要です:
      egret token create --user NAME --long-lived --scope status:read
help-status__strict = 滞留がなくても、注意があれば 1 で終了します
help-status__token = `--url http://HOST:PORT` で問い合わせるコンソールの、長期間有効なトークン

help-config = 有効な設定と、それぞれの値の出どころを表示します
help-config__more = 後のものほど優先されます: 組み込みの既定値、config/defaults/job.yml、config/job.yml、EGRET_ で始まる環境変数、オプション。パスワードは伏せて表示します。セクションを指定すると、そのセクションが使う値だけを表示します。
help-config__set = 誰かが指定した値だけ
help-config__init = 既定値と各キーの意味を書いた config/job.yml を作ります。すでにあるファイルは変更しません

help-check = 設定、フォルダ、ストア、このプロセスの制限を確認します。何も起動、変更しません
help-check__more = 誤りがなければステータス 0 で終了します。注意だけの場合も 0 です。Ruby が違う値として読む箇所も指摘します。セクションを指定すると、そのセクションがあることを確認し、制限はそのセクションの分だけを確認します。
help-check__strict = 注意も誤りとして扱います

# systemd

help-systemd = systemd でサービスを動かすユニットファイルを作ります
help-systemd__more = ユニットはこのプログラム自身をサービスとして実行し、状態を systemd に伝えます。複数のプロセスを動かす場合はテンプレートになります。`--on-demand` では、ジョブがありそうなときだけ systemd がサービスを起動します。
help-systemd-print = ユニットファイルを表示します
help-systemd-install = ユニットファイルを書き込み、有効にするコマンドを表示します
help-systemd__instances = プロセスの数
help-systemd__user = サービスを実行するユーザー [既定: アプリケーションのフォルダの所有者]
help-systemd__section = 実行する config/job.yml のセクション
help-systemd__name = ユニットの名前 [既定: egret-job。`default` 以外のセクションでは、その名前が後に付きます]
help-systemd__on_demand = 待っているジョブがなくなると終了するサービス。タイマーと、ストアがファイルの場合はその変更によって起動します
help-systemd-install__directory = 書き込み先のフォルダ
help-systemd-install__now = 表示する代わりに、コマンドを実行します

# ストア

help-store = ストアの検査、コピー、空き領域の解放
help-store-check = すべてを読み、壊れている箇所や矛盾を表示します。あればステータス 1 で終了します
help-store-backup = ある時点のすべてを新しいファイルにコピーし、検査してディスクに書き込みます。サービスは動き続けます
help-store-backup__path = 作るファイル。すでにあるファイルは上書きしません
help-store-vacuum = ストアの中の空き領域をシステムに返します
help-migrate = ストアのテーブルを、このプログラムのバージョンにします
help-migrate__check = 現在のバージョンを表示するだけで、何も変更しません。バージョンが違う場合はステータス 1 で終了します

# 計測

help-bench = このマシンの速さを、ストアの限界と並べて計測します
help-bench__more = ジョブは整数の引数が 1 つだけの何もしないジョブで、使い捨てのストアを使います。追加する側、サービス、ストアは同じプロセッサを分け合います。値は 1 回の計測の中で、並べて計測した限界との比と CPU 時間で比べてください。2 分半ほどかかり、滞留の計測に最大 2 GB のディスクを使います。
help-bench__folder = 使い捨てのストアを作る場所 (計測されるディスク) [既定: 一時ファイルのフォルダ]
help-bench__durability = 受け付けたジョブが何に耐えるか
help-bench__scale = 滞留の計測も含めた規模。0.1 は短く大まかな計測です
help-bench__only = 名前にこの文字列を含む行だけを計測します。例: `drain`
help-bench__durability__full = 電源の断
help-bench__durability__normal = プロセスの終了
help-bench__durability__both = 両方を順に計測します
