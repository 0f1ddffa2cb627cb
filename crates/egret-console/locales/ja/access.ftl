# ログイン。
login-title = ログイン
login-name = ユーザー名
login-password = パスワード
login-submit = ログイン
login-failed = ログインできませんでした。
login-again = フォームの有効期限が切れました。もう一度入力してください。
