# サービス

services-none = サービスはありません
services-ordered = 指示しました
services-done = 完了しました
services-gone = すでに終了していました
services-dead = 停止しており、指示を受け取れません
