# 一括操作

bulk-found = { $count } 件のジョブが該当します: { $states }
bulk-among-newest = ほかの条件に合う新しい { $count } 件の中だけを探しました。もっと古いものもあります。
bulk-none = 該当するジョブはありません。
bulk-more = … ほか { $count } 件

bulk-ask-retry = この { $count } 件をもう一度実行しますか?
bulk-ask-run-now = この { $count } 件を今すぐ実行しますか?
bulk-ask-reschedule = この { $count } 件の実行日時を変更しますか?
bulk-ask-cancel = この { $count } 件を取り消しますか?
bulk-ask-delete = この { $count } 件を実行履歴とログごと削除しますか? 元に戻せません。

bulk-changed-retry = { $count } 件をもう一度実行します。
bulk-changed-run-now = { $count } 件を今すぐ実行します。
bulk-changed-reschedule = { $count } 件の実行日時を変更しました。
bulk-changed-cancel = { $count } 件を取り消しました。
bulk-changed-delete = { $count } 件を削除しました。

bulk-asked = 実行中の { $count } 件に停止を要求しました。
bulk-refused = { $count } 件は現在の状態では変更できません。
bulk-moved-on = { $count } 件はその間に状態が変わったため、そのままにしました。
bulk-left = 途中で終了しました。残りの { $count } 件は変更していません。
bulk-nothing-done = 何も変更していません。

agreement-no-terminal = 端末がないため確認できません。該当するものをまとめて変更するには同意が必要です
agreement-no-terminal-hint = `--dry-run` で対象を表示します。`--yes` で同意します

# ID で指定されたジョブ
bulk-one-runs = { $id } を実行します
bulk-one-rescheduled = { $id } の予定を変更しました
bulk-one-cancelled = { $id } を取り消しました
bulk-one-deleted = { $id } を削除しました
bulk-one-asked = { $id } は実行中のため、中断を要求しました
bulk-one-not-retried = `{ $id }` は再試行できません ({ $state })
bulk-one-not-run = `{ $id }` は今すぐ実行できません ({ $state })
bulk-one-not-rescheduled = `{ $id }` の予定は変更できません ({ $state })
bulk-one-not-cancelled = `{ $id }` は取り消せません ({ $state })
bulk-one-not-deleted = `{ $id }` は削除できません ({ $state })
bulk-logs-kept = `{ $id }` のログを削除できませんでした: { $error }
