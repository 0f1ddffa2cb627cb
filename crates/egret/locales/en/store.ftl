# The store and its care.
store-whole = the store is whole: { $count ->
    [one] { $count } job
   *[other] { $count } jobs
  }
store-broken = { $count ->
    [one] { $count } thing is
   *[other] { $count } things are
  } wrong with the store; a backup made with `egret store backup` before that can take its place
store-backed-up = { $path }: { $size }, { $live } live and { $finished } finished jobs, checked
store-vacuumed = { $before } before, { $after } now
store-version-current = the store has version { $to }, as this program
store-version-other = the store has version { $from }, this program needs { $to }; `egret migrate` brings it there
store-version-newer = the store has version { $from }, this program knows up to { $to }; use the newer program
store-migrated = the store went from version { $from } to { $to }
folder-absent = there is no folder `{ $path }`
folder-absent-hint = name the application's folder by --root or EGRET_ROOT
store-absent = there is no store { $store } yet
store-absent-hint = the first job makes it, and so does `egret migrate`; `--url` or `--root` names another one

jobs-cleared = { $removed ->
    [one] one job was removed
   *[other] { $removed } jobs were removed
}{ $running ->
    [0] {""}
    [one] , one that runs was left
   *[other] , { $running } that run were left
}
jobs-not-late = no job that has never run is older than { $seconds } seconds
jobs-late = { $count ->
    [one] one job
   *[other] { $count } jobs
} older than { $seconds } seconds { $count ->
    [one] has
   *[other] have
} not been processed yet
