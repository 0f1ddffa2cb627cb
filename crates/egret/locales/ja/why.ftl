# ジョブが実行されない理由

why-store-unreachable = ストアに接続できません: { $error }
why-quarantined = 実行中に { $n } 回サービスが異常終了したため、隔離されています
why-paused = キュー `{ $queue }` は一時停止中です
why-future = 実行時刻になっていません。{ $at } に実行されます
why-backing-off = 失敗したため、後で再試行されます。{ $at } に実行されます
why-limit-full = 上限に達しているため待っています
why-limit-interrupted = 実行中にサービスが異常終了したことのあるジョブは、サービスごとに 1 件ずつ実行されます。先に実行されるもの: { $jobs }
why-class-unknown = クラス `{ $class }` を実行できるサービスが動作していません
why-class-unknown-here = 動作しているサービスがなく、起動されるこのプログラムもクラス `{ $class }` を実行できません
why-no-service = 動作しているサービスがありません。mode が `service` のため、自動では起動しません
why-no-service-starting = サービスを起動しています
why-no-service-on-demand = 動作しているサービスがありません
why-no-service-held = 動作しているサービスがありません。ジョブを保持していたサービス `{ $service }` は { $at } から応答がありません
why-queue-unpolled = キュー `{ $queue }` を監視しているサービスがありません。監視されているキュー: { $polled }
why-queue-quiet = 実行できるサービスはすべて、新しいジョブを取らない状態か停止中です
why-held-by-dead = `{ $host }` のサービス `{ $service }` がジョブを保持していますが、{ $at } から応答がありません
why-held = `{ $host }` のサービス `{ $service }` で { $at } から実行中です
why-held-unstarted = `{ $host }` のサービス `{ $service }` がまもなく実行します
why-behind = 実行できるサービスはすべて処理中です。{ $running } 件が実行中で、このキューと優先されるキューで { $n } 件が待っています
why-behind-next = サービスがまもなく実行します
why-start-failed = サービスを起動できませんでした: { $error }
why-start-failed-until = サービスを起動できませんでした: { $error }。次は { $at } に試みます
why-clock-ahead = { $at } に、ストアより { $difference }進んだ時計で追加されました
why-clock-skew = `{ $host }` の時計とストアの時計が { $difference }ずれています
why-hint = 対処するには次を実行してください: { $remedy }
why-ended = 待っていません ({ $state })
