# ジョブを受け付けなかった理由

limit-queue-full = キュー { $queue } は上限の { $limit } 件に達しています。
limit-per-user = このユーザーのジョブがすでに { $limit } 件、実行待ちまたは実行中です。終了してからもう一度実行してください。
