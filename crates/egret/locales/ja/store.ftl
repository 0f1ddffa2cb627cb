# ストアの保守
store-whole = ストアに異常はありません。ジョブ { $count } 件
store-broken = ストアに { $count } 件の異常があります。異常の前に `egret store backup` で作った控えがあれば、置き換えて戻せます
store-backed-up = { $path }: { $size }、未終了のジョブ { $live } 件、終了したジョブ { $finished } 件。検査済み
store-vacuumed = 変更前 { $before }、現在 { $after }
store-version-current = ストアの版は { $to } で、このプログラムと同じです
store-version-other = ストアの版は { $from } です。このプログラムには { $to } が必要です。`egret migrate` で更新できます
store-version-newer = ストアの版は { $from } ですが、このプログラムが扱えるのは { $to } までです。より新しいプログラムを使ってください
store-migrated = ストアを版 { $from } から { $to } に更新しました
folder-absent = フォルダ `{ $path }` がありません
folder-absent-hint = アプリケーションのフォルダを --root または EGRET_ROOT で指定してください
store-absent = ストア { $store } はまだありません
store-absent-hint = 最初のジョブを追加するか `egret migrate` を実行すると作成されます。別のストアは `--url` または `--root` で指定します

jobs-cleared = { $removed } 件のジョブを削除しました{ $running ->
    [0] {""}
   *[other] 。実行中の { $running } 件は残しました
}
jobs-not-late = 一度も実行されないまま { $seconds } 秒を過ぎたジョブはありません
jobs-late = { $count } 件のジョブが { $seconds } 秒を過ぎてもまだ処理されていません
