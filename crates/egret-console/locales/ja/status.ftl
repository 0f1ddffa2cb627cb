# 状態のページ。
status-well = 遅れているジョブはありません。
status-since = 発生日時:
status-stuck-title = ジョブが滞留しているようです。
status-stuck-body = 次の項目を確認してください。
status-show-jobs = ジョブを表示
status-task-name = タスク名
status-current-count = 処理件数
status-updated = 更新日時
status-release = ジョブを解放
status-resume = キューを再開
status-start = サービスを起動
status-more = ほか { $n } 件の原因は status.json にあります。
status-mend = 対処のコマンド:
