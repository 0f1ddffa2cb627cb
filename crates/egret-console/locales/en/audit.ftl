# The trail of changes.
audit-at = When
audit-user = User
audit-everybody = Show everybody's
audit-action = Action
audit-target = What
audit-before = Before
audit-after = After
audit-first = First page
audit-next = Earlier changes
audit-empty = Nothing has been changed yet. What people change here, or with egret user and egret token, is written down with who did it, and kept for 400 days. This would be the first:
