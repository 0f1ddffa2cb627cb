# 変更履歴。
audit-at = 日時
audit-user = ユーザー
audit-everybody = 全員の変更を表示
audit-action = 操作
audit-target = 対象
audit-before = 変更前
audit-after = 変更後
audit-first = 最初のページ
audit-next = さらに古い変更
audit-empty = 変更はまだありません。この画面や egret user、egret token で行った変更は、実行した人とともにここに記録され、400 日間保存されます。次のコマンドも記録されます。
