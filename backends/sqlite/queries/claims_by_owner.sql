SELECT owner, count(*) FROM egret_claims GROUP BY owner
