### 印在回执上的字。

title = 领取资格认证回执
lead = 办事处已确认此人在下列时间健在，并已签名。
agency = 办事处
person = 人员编号
alive-from = 健在时间，从
alive-to = 到
until = 有效期至
shown-by = 认证方式
assurance = 手机
receipt = 回执编号
log-index = 在公开日志中的位置
log-none = 这一份上没有
code = 方块图里是整张回执和办事处的签名。纸本身不算数，以核对方块图的结果为准。
check = 不联网也能核对：扫描方块图，把得到的文字存成文件，然后运行
no-name = 这里没有姓名，别人也查不出姓名。
with-salt = 这一份是给要看身份证的人的：对着身份证，就能看出是谁的回执。请不要交给别人。

modality-face = 刷脸
modality-fingerprint = 指纹
modality-finger-vein = 指静脉
modality-in-person = 工作人员当面确认
modality-form = 盖章的表
modality-data-match = 其他部门的记录
modality-video-call = 与工作人员视频通话

assurance-none = 不明
assurance-software = 密钥在软件里
assurance-tee = 密钥在安全硬件里
assurance-strongbox = 密钥在安全芯片里
assurance-app-attest = 由厂家确认
