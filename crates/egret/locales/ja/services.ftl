# サービス

services-none = サービスはありません
services-waiting = ジョブを待っています。これまでに { $ended } 件が終了しました
services-running = 最大 { $limit } 件のうち { $running } 件を実行中です。これまでに { $ended } 件が終了しました
services-quiet = 新しいジョブを取りません。{ $running } 件を実行中です。これまでに { $ended } 件が終了しました
services-stopping = 停止処理中です。{ $running } 件を実行中です。これまでに { $ended } 件が終了しました
services-ordered = 指示しました
services-done = 完了しました
services-gone = すでに終了していました
services-dead = 停止しており、指示を受け取れません
services-matching = 指示の対象です
services-found = { $count } 個のサービスが該当します:
services-ask-quiet = この { $count } 個のサービスに、新しいジョブを取らないよう指示しますか?
services-ask-resume = この { $count } 個のサービスを再開しますか?
services-ask-stop = この { $count } 個のサービスを停止しますか?
