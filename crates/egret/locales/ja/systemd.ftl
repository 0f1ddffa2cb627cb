# systemd のユニットファイルの作成結果と、作成できなかった理由

systemd-created = { $path }: 作成しました
systemd-changed = { $path }: 更新しました
systemd-unchanged = { $path }: 変更はありません
systemd-other-form = `{ $unit }` もあります。両方とも必要でなければ、無効にして削除してください
systemd-to-enable = 次のコマンドで有効になります:
systemd-section-on-demand = セクション `{ $section }` は `mode: on_demand` です。ジョブを追加するプログラムが、systemd とは別にサービスを起動します。起動させないためには `mode: service` にしてください

systemd-unwritable = `{ $text }` はユニットファイルに書けません。制御文字を含まず、前後に空白がなく、末尾が `\` でないものにしてください
systemd-not-unicode = パス `{ $path }` はユニットファイルに書けません。UTF-8 のパスにしてください
systemd-program = プログラム `{ $path }` はユニットのコマンドにできません。引用符と `\` を含まないパスにしてください
systemd-foreign = `{ $path }` はこのコマンドが作成したものではないため、変更しません
systemd-foreign-hint = ファイルを削除するか、--name NAME で別の名前を指定してください
systemd-failed-to-write = `{ $path }` に書き込めません
systemd-permission-hint = root で実行するか、--directory FOLDER で別のフォルダを指定してください
systemd-folder-hint = フォルダを作るか、--directory FOLDER で別のフォルダを指定してください
systemd-bad-name = `{ $name }` はユニットの名前にできません。英数字と `:`、`-`、`_`、`.` が使えます
systemd-bad-name-hint = --name NAME で名前を指定してください
systemd-bad-user = `{ $user }` はユーザー名にできません。空白、`:`、`/` は使えず、先頭に `-` や `.` は置けません
systemd-password = URL `{ $url }` にはパスワードがあり、ユニットファイルは誰でも読めます
systemd-password-hint = config/job.yml に書くか、/etc/default/NAME (NAME はユニットの名前) に EGRET_URL=… として書いてください
systemd-root = フォルダ `{ $path }` の所有者は root です。ジョブを root で実行することはお勧めできません
systemd-root-hint = --user USER でサービスを実行するユーザーを指定してください
systemd-no-folder = フォルダ `{ $path }` が見つかりません
systemd-not-run = `{ $command }` を実行できません
systemd-command-failed = `{ $command }` が { $status } で終了しました
systemd-left-to-run = ユニットは書き込み済みです。systemd が動いている環境で、残りを実行してください: { $commands }
