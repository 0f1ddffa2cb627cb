SELECT queue FROM egret_pauses
