# 実行履歴

logs-none = 実行履歴はありません
