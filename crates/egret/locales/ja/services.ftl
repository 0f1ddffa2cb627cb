# サービス

services-none = サービスはありません
services-ordered = 指示しました
services-done = 完了しました
services-gone = すでに終了していました
services-dead = 停止しており、指示を受け取れません
services-matching = 指示の対象です
services-found = { $count } 個のサービスが該当します:
services-ask-quiet = この { $count } 個のサービスに、新しいジョブを取らないよう指示しますか?
services-ask-resume = この { $count } 個のサービスを再開しますか?
services-ask-stop = この { $count } 個のサービスを停止しますか?
