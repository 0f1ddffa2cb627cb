# ジョブ・実行・タスクの状態

state-scheduled = 予約済み
state-available = 実行待ち
state-running = 実行中
state-retryable = 再試行待ち
state-blocked = 制限により保留
state-completed = 完了
state-discarded = 失敗
state-cancelled = 取り消し
state-failed = 失敗
state-interrupted = 中断
state-released = 差し戻し
state-snoozed = 延期
state-stop = 停止
state-ready = 開始待ち
