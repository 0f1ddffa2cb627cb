# 状態画面の判定と対処

status-ok = 正常
status-stuck = 滞留
status-notice = { $sentence }対処するには次を実行してください: { $remedy }
status-no-service = 動作しているサービスがありません。{ $n } 件のジョブが待っており、待ち時間は最長 { $age }です。
status-no-service-idle = 動作しているサービスがありません。mode が service のため、ジョブが追加されてもサービスは自動では起動しません。
status-queue-unpolled = キュー { $queue } を監視しているサービスがありません。{ $n } 件のジョブが待っており、待ち時間は最長 { $age }です。
status-start-failed = サービスを起動できませんでした ({ $error })。キュー { $queue } で { $n } 件のジョブが待っており、待ち時間は最長 { $age }です。
status-held-by-dead = サービス { $service } は { $age }応答がなく、{ $n } 件のジョブを保持したままです。
status-class-unknown = クラス { $class } を実行できるサービスが動作していません。キュー { $queue } で { $n } 件のジョブが待っており、待ち時間は最長 { $age }です。
status-behind = キュー { $queue } の処理が追いついていません。{ $n } 件のジョブが待っており、待ち時間は最長 { $age }です。
status-paused = キュー { $queue } は一時停止中です。{ $n } 件のジョブが待っています。

status-field-status = 状態
status-field-store = ストア
status-field-mode = モード
status-field-queues = キュー
status-field-services = サービス
status-field-late = 待ち
status-services = { $name } が { $n } 個動作中、最終更新 { $updated }
status-services-none = まだありません
status-late = { $n } 件が実行時刻を過ぎており、待ち時間は最長 { $age }です
status-since = ({ $since } から)

length-milliseconds = { $n } ミリ秒
length-seconds = { $n } 秒
length-minutes = { $n } 分
length-hours = { $small ->
    [0] { $large } 時間
   *[other] { $large } 時間 { $small } 分
  }
length-days = { $small ->
    [0] { $large } 日
   *[other] { $large } 日 { $small } 時間
  }
