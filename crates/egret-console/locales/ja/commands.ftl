# egret console、egret user、egret token の表示。
command-first-login = まだログインできるユーザーがいません。次のリンクから最初の管理者を登録してください（1 回限り、1 時間有効）。
command-first-login-file = まだログインできるユーザーがいません。最初の管理者を登録するリンクは { $path } にあります（1 回限り、1 時間有効）。
command-not-encrypted = ほかのマシンから接続できるアドレスですが、パスワードは暗号化されません。TLS のプロキシを前に置き、--trusted-proxy で指定してください。
command-password = { $name } のパスワード（空欄でパスワードなし）:
command-password-again = もう一度:
command-no-password = { $name } にはパスワードがないため、トークンでのみ入れます。egret user passwd { $name } で設定できます
command-user-added = { $name } を { $role } として登録しました
command-user-passwd = { $name } のパスワードを変更し、すべてのセッションを終了しました
command-user-role = { $name } の役割を { $role } に変更しました
command-user-removed = { $name } を、セッションとトークンとともに削除しました
command-token-revoked = { $id } を無効にしました

# 実行できなかった理由。
command-bad-name = `{ $name }` はユーザーの名前として使えません。英数字と `-`、`_`、`.`、`@` で 1 文字から 100 文字にしてください
command-bad-password = パスワードが { $n } 文字です。8 文字から 1024 文字にしてください
command-user-exists = ユーザー `{ $name }` はすでにいます
command-user-exists-hint = `egret user passwd { $name }` と `egret user role { $name } ROLE` で変更できます
command-no-user = ユーザー `{ $name }` はいません
command-no-user-hint = `egret user list` で一覧を表示します
command-not-hashed = パスワードのハッシュ化に失敗しました: { $error }
command-no-password-given = パスワードが入力されませんでした
command-no-password-given-hint = `egret user passwd { $name } --password-stdin` で標準入力から読み込みます
command-empty-input = 標準入力にパスワードがありません
command-empty-input-hint = 1 行目に書いてください。ファイルからは --password-stdin < FILE のように読み込めます
command-password-unread = パスワードを読み込めませんでした: { $error }
command-passwords-differ = 2 回のパスワードが一致しません
command-useless-scope = 役割 `{ $role }` のユーザーには、`{ $scope }` の操作が許可されていません
command-useless-scope-hint = `egret user role { $name } viewer` で許可できます
command-no-token = トークン `{ $id }` はありません
command-no-token-hint = `egret token list` で長期間有効なトークンの ID を表示します
command-not-listening = `{ $address }` で待ち受けられませんでした: { $error }
command-not-listening-hint = `--listen` で別のアドレスを指定してください
command-unwritten = `{ $path }` に書き込めませんでした: { $error }
