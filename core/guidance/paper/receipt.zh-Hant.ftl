### 印在回執上的字。

title = 領取資格認證回執
lead = 辦事處已確認此人在下列時間健在，並已簽名。
agency = 辦事處
person = 人員編號
alive-from = 健在時間，從
alive-to = 到
until = 有效期至
shown-by = 認證方式
assurance = 手機
receipt = 回執編號
log-index = 在公開日誌中的位置
log-none = 這一份上沒有
code = 方塊圖裡是整張回執和辦事處的簽名。紙本身不算數，以核對方塊圖的結果為準。
check = 不連網也能核對：掃描方塊圖，把得到的文字存成檔案，然後執行
no-name = 這裡沒有姓名，別人也查不出姓名。
with-salt = 這一份是給要看身分證的人的：對著身分證，就能看出是誰的回執。請不要交給別人。

modality-face = 刷臉
modality-fingerprint = 指紋
modality-finger-vein = 指靜脈
modality-in-person = 工作人員當面確認
modality-form = 蓋章的表
modality-data-match = 其他部門的紀錄
modality-video-call = 與工作人員視訊通話

assurance-none = 不明
assurance-software = 金鑰在軟體裡
assurance-tee = 金鑰在安全硬體裡
assurance-strongbox = 金鑰在安全晶片裡
assurance-app-attest = 由廠商確認
