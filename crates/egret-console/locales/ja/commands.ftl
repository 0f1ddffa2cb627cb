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
