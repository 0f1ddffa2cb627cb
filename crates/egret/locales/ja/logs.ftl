# 実行履歴

logs-none = 実行履歴はありません
logs-more = 続きがあります:
logs-deleted = { $count } 件のジョブを、実行履歴とログとともに削除しました。
