# ジョブ: 一覧、詳細、変更、新規作成、失敗したもの。
jobs-field-state = 状態
jobs-field-queue = キュー
jobs-field-class = ジョブ名
jobs-field-user = ユーザー
jobs-field-site = サイト
jobs-field-since = 開始日時
jobs-field-before = 終了日時
jobs-field-text = 検索文字
jobs-field-when = 日時
jobs-field-attempts = 実行回数
jobs-time-example = 1h または 2026-01-31 09:00
jobs-later-example = 10m または 2026-01-31 09:00
jobs-all-states = すべて
jobs-unreadable = (読み取れない内容)
jobs-filter = 絞り込み
jobs-remove-filter = 絞り込み「{ $n }」を解除
jobs-show = 表示
jobs-show-all = すべてのジョブを表示
jobs-count = { $n }
jobs-among-newest = ほかの条件に合う新しいほうから { $n } 件を検索しました。それより古いジョブもあります。
jobs-empty = ジョブはまだありません。アプリケーションが登録すると、ここに表示されます。次のコマンドでも登録できます。
jobs-none-match = 該当するジョブはありません。
jobs-none-on-page = このページに該当するジョブはありません。次のページに続きます。
jobs-select = 選択
jobs-select-one = { $n } を選択
jobs-selected = 選択したジョブ:
jobs-all = 該当するすべて:
jobs-all-n = 該当する { $n } 件すべて:
jobs-pages = 一覧のページ
jobs-first-page = 最初のページ
jobs-next-page = 次のページ
jobs-back = 戻る
jobs-do-retry = 再実行
jobs-do-run-now = 今すぐ実行
jobs-do-reschedule = 日時を変更
jobs-do-cancel = 取り消し
jobs-do-delete = 削除
jobs-ask-retry = { $n } 件のジョブを再実行しますか？
jobs-ask-run-now = { $n } 件のジョブを今すぐ実行しますか？
jobs-ask-reschedule = { $n } 件のジョブの日時を変更しますか？
jobs-ask-cancel = { $n } 件のジョブを取り消しますか？
jobs-ask-delete = { $n } 件のジョブを削除しますか？
jobs-final = この操作は元に戻せません。
jobs-none-to-change = 対象のジョブはもうありません。
jobs-samples = 対象の例:
jobs-more = ほか { $n } 件
jobs-done = { $n } 件完了
jobs-go-on-note = 残りのジョブはまだ変更されていません。1 回の処理は約 2 秒です。
jobs-go-on = 続ける
jobs-stop-here = ここでやめる
jobs-bad-time = 日時として読み取れません。10m のような長さ、または 2026-01-31 09:00 のような日時を入力してください。
jobs-new = ジョブの登録
jobs-new-submit = 登録する
jobs-new-time = 実行日時
jobs-new-at = 実行日時 (空欄: すぐに実行)
jobs-new-own-queue = ジョブに設定されたキュー
jobs-new-priority-note = 小さいほど先に実行
jobs-new-arguments-note = JSON で入力します。順に並べた配列、または名前で渡す 1 つのオブジェクトです。
jobs-new-no-classes = このプログラムにはジョブのクラスが登録されていません。クラスを持つアプリケーションにコンソールを組み込むか、config/job.yml の exec.allow に実行を許可するプログラムを記述してください。
jobs-new-no-class = ジョブ名を選択してください。
jobs-new-unknown-class = このプログラムには { $class } というクラスがありません。
jobs-new-bad-json = JSON として読み取れません。{ $line } 行目の { $column } 文字目を確認してください。
jobs-new-no-array = [7, "文字"] のような配列、または {"{"}"invoice_id": 7{"}"} のようなオブジェクトを入力してください。
jobs-new-bad-queue = キューの名前を 1 つ、* を含めずに 200 文字以内で入力してください。
jobs-new-bad-priority = 整数を入力してください。
job-remedy = 対処または確認のコマンド:
job-id = ジョブID
job-arguments = パラメータ
job-priority = 優先度
job-enqueued = 登録日時
job-due = 実行予約日時
job-started = 開始日時
job-finished = 終了日時
job-runner = 実行場所
job-interruptions = 実行中に停止したサービスの数
job-origin-application = アプリケーションから
job-origin-command-line = コマンドから
job-origin-console = コンソールから
job-origin-unknown = ほかのプログラムから
job-ended-completed = 正常に完了しました。
job-ended-cancelled = 取り消されました。
job-ended-discarded = 失敗しました。自動では再実行されません。
job-running = 実行中です。
job-attempts = 実行の記録
job-attempt = { $n } 回目
job-timeline = 実行の時間経過
job-backtrace = バックトレース
job-log = ログ
job-lines-before = これより前の { $n } 行は表示していません。
job-no-lines = ログはありません。
job-earlier = これより前の { $n } 回分は表示していません。
job-payload = 保存されている内容
reservations-time = 実行予約日時
reservations-name = ジョブ名
reservations-empty = 実行予約はありません。登録されたジョブは、終わるまでここに表示されます。次のコマンドで予約できます。
reservations-empty-own = 待機中・実行中のあなたのジョブはありません。
reservations-delete = 削除する
reservations-delete-note = 削除するとジョブは取り消されます。
reservations-ask = 削除してよろしいですか？
reservations-ask-running = 実行中のため、停止を要求します。
discarded-each = 1 件ずつ表示
discarded-count = 件数
discarded-error = エラー
discarded-latest = 最新
discarded-first = 最初
discarded-do = 操作
discarded-more = ほか { $n } 種類のエラー
discarded-among-newest = 新しいほうから { $n } 件の失敗を集計しました。それより古いものもあります。
discarded-empty = 失敗したジョブはありません。再試行しても成功しなかったジョブは、エラーとともにここに残り、再実行できます。
own-logs-empty = あなたのジョブはまだ実行されていません。
notice-jobs-again = 前のページはすでに使われたか、時間が経ちすぎています。内容を確認して、もう一度操作してください。
notice-jobs-created = ジョブを登録しました。
notice-jobs-retry = { $n } 件を再実行します。{ $rest ->
    [0] { "" }
   *[other] { $rest } 件は変更できませんでした。
  }{ $asked ->
    [0] { "" }
   *[other] { $asked } 件に停止を要求しました。
  }
notice-jobs-run-now = { $n } 件を今すぐ実行します。{ $rest ->
    [0] { "" }
   *[other] { $rest } 件は変更できませんでした。
  }{ $asked ->
    [0] { "" }
   *[other] { $asked } 件に停止を要求しました。
  }
notice-jobs-reschedule = { $n } 件の日時を変更しました。{ $rest ->
    [0] { "" }
   *[other] { $rest } 件は変更できませんでした。
  }{ $asked ->
    [0] { "" }
   *[other] { $asked } 件に停止を要求しました。
  }
notice-jobs-cancel = { $n } 件を取り消しました。{ $asked ->
    [0] { "" }
   *[other] 実行中の { $asked } 件に停止を要求しました。
  }{ $rest ->
    [0] { "" }
   *[other] { $rest } 件は変更できませんでした。
  }
notice-jobs-delete = { $n } 件を削除しました。{ $rest ->
    [0] { "" }
   *[other] { $rest } 件は削除できませんでした。
  }{ $asked ->
    [0] { "" }
   *[other] { $asked } 件に停止を要求しました。
  }
notice-reservations-deleted = 削除しました。
notice-reservations-asked = 削除しました。実行中の { $n } 件に停止を要求しました。
notice-reservations-kept = { $n } 件を削除できませんでした。
jobs-select-all = このページのすべてを選択
jobs-text-note = ジョブ名・パラメータ・エラーに含まれる文字
jobs-confirm-do = { $label }（{ $n } 件）
