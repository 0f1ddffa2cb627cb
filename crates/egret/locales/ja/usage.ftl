# コマンドラインを解釈できない理由

usage-unknown-argument = 引数 `{ $argument }` は使えません
usage-unknown-command = コマンド `{ $command }` はありません
usage-no-command = `{ $command }` にはコマンドが必要です
usage-missing = 必要な引数がありません: { $arguments }
usage-no-value = `{ $argument }` には値が必要です
usage-invalid-value = `{ $argument }` の値 `{ $value }` は正しくありません
usage-refused-value = `{ $argument }` の値 `{ $value }` は正しくありません: { $reason }
usage-conflict = `{ $argument }` は `{ $others }` と同時に指定できません
usage-twice = `{ $argument }` は一度しか指定できません
usage-no-equals = `{ $argument }` の値は等号に続けて指定してください
usage-too-many-values = `{ $argument }` に対して値が多すぎます: `{ $value }`
usage-number-of-values = `{ $argument }` の値の数が正しくありません
usage-not-utf8 = コマンドラインが UTF-8 ではありません
usage-similar = `{ $word }` のことでしょうか
usage-known = 指定できるもの: { $words }
usage-line = 使い方: { $usage }
usage-more = 詳しくは `--help` を参照してください。
