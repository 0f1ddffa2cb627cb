# What egret console, egret user and egret token say.
command-first-login = Nobody can log in yet. This link makes the first administrator; it is good once, for an hour:
command-first-login-file = Nobody can log in yet. The link that makes the first administrator is in { $path }; it is good once, for an hour.
command-not-encrypted = Other machines reach this address, and passwords travel unencrypted: put a proxy with TLS before it, and name it with --trusted-proxy.
command-password = Password for { $name } (empty for none):
command-password-again = Again:
command-no-password = { $name } has no password and comes in with tokens only; egret user passwd { $name } sets one
command-user-added = { $name } added as { $role }
command-user-passwd = { $name } has a new password; all sessions have ended
command-user-role = { $name } is { $role } now
command-user-removed = { $name } removed, with all sessions and tokens
command-token-revoked = { $id } revoked

# Why they did not do it.
command-bad-name = `{ $name }` is no name of a user, expected 1 to 100 letters, digits, `-`, `_`, `.` or `@`
command-bad-password = the password has { $n } characters, expected 8 to 1024
command-user-exists = there is a user `{ $name }` already
command-user-exists-hint = `egret user passwd { $name }` and `egret user role { $name } ROLE` change one
command-no-user = there is no user `{ $name }`
command-no-user-hint = `egret user list` shows them
command-not-hashed = failed to hash the password: { $error }
command-no-password-given = no password was given
command-no-password-given-hint = `egret user passwd { $name } --password-stdin` reads one
command-empty-input = there is no password on standard input
command-empty-input-hint = write it as the first line, for example from a file: --password-stdin < FILE
command-password-unread = failed to read the password: { $error }
command-passwords-differ = the two passwords differ
command-useless-scope = a user with the role `{ $role }` may not do what `{ $scope }` is for
command-useless-scope-hint = `egret user role { $name } viewer` lets the user
command-no-token = there is no token `{ $id }`
command-no-token-hint = `egret token list` shows the ids of long-lived ones
command-not-listening = failed to listen on `{ $address }`: { $error }
command-not-listening-hint = choose another address with `--listen`
command-unwritten = failed to write `{ $path }`: { $error }
