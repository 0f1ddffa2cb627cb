# `egret console`、`egret user`、`egret token` の `--help` の表示

help-console = ウェブコンソールを起動します
help-console__more = オプションを指定しない場合は、config/job.yml の `console` の値を使います。ユーザーがいない間は、最初のユーザーを作るリンクを表示します。`egret user add` でもユーザーを作れます。
help-console__listen = 待ち受けるアドレスとポート [既定: 127.0.0.1:3000]
help-console__read_only = 誰もコンソールから変更できないようにします
help-console__trusted_proxies = X-Forwarded-For と X-Forwarded-Proto を信用するプロキシ。複数指定できます
help-console__label = 各ページの先頭に表示するこのシステムの名前

help-user = コンソールのユーザーの追加、一覧、削除
help-user-add = ユーザーを追加します
help-user-add__more = 端末ではパスワードを尋ねます。空の場合や、端末でも --password-stdin でもない場合は、ユーザーにパスワードがなく、トークンだけで利用できます。
help-user-list = ユーザーの一覧
help-user-remove = ユーザーを、すべてのセッションとトークンとともに削除します
help-user-passwd = パスワードを変更し、セッションを終了させます
help-user-role = 役割を変更します
help-user__name = ユーザー
help-user-add__name = 名前。自分のジョブは user_id がこの名前のものです
help-user-add__role = できること: すべて、ジョブの変更、閲覧、自分のジョブの閲覧
help-user-role__role = 役割
help-user__password_stdin = パスワードを標準入力の最初の行から読みます

help-token = コンソールのアクセストークンの作成、一覧、失効
help-token-create = トークンを作り、標準出力に書きます。表示されるのはこのときだけです
help-token-create__more = --long-lived を付けない場合は、URL の `?access_token=` に使うトークンで、5 分以内に 1 回だけ有効です。--long-lived を付けると、ヘッダー `Authorization: Bearer TOKEN` に使うトークンになり、失効させるまで、指定した範囲で有効です。
help-token-list = 長期間有効なトークンの一覧 (トークン自体は表示しません)
help-token-revoke = 長期間有効なトークンをすぐに失効させます
help-token-create__user = 誰のトークンか。そのユーザーにできないことはできません
help-token-create__long_lived = 失効させるまで有効にします
help-token-create__scopes = 長期間有効なトークンでできること。複数指定できます
help-token-revoke__id = `egret token list` に表示される ID
