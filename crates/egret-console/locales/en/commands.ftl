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
