# 一覧全般、ジョブとキューの一覧

listing-more = 続きがあります:
jobs-none = ジョブはありません

queues-none-match = 該当するキューはありません。
queues-found = { $count } 個のキューが該当します:
queues-ask-pause = この { $count } 個のキューを一時停止しますか?
queues-ask-resume = この { $count } 個のキューを再開しますか?
queues-paused = { $name }: 一時停止しました
queues-resumed = { $name }: 再開しました
queues-never-used = キュー `{ $name }` にはまだジョブが入ったことがありません
queues-no-section = 監視なし
