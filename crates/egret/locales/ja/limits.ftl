# ジョブを受け付けなかった理由

limit-queue-full = キュー { $queue } は上限の { $limit } 件に達しています。
limit-per-user = このユーザーのジョブがすでに { $limit } 件、実行待ちまたは実行中です。終了してからもう一度実行してください。

# 同じ理由の、コマンドラインでの表示と対処

limit-refused-queue = キュー `{ $queue }` は上限の { $limit } 件に達しています
limit-refused-user = ユーザー `{ $user }` のジョブは、実行待ちと実行中を合わせて上限の { $limit } 件に達しています
limit-refused-queue-hint = キューのジョブが終了してから追加し直すか、config/job.yml の `{ $key }` を増やしてください
limit-refused-user-hint = ユーザーのジョブが終了してから追加し直すか、config/job.yml の `{ $key }` を増やしてください
limit-duplicate = ジョブはすでに `{ $id }` として追加されています
