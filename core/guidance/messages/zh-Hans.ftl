### 给老人看和听的话：值是屏幕上的字，.spoken 是念出来的话，.next 是下一步，既看也听。
### 一次只说一件事，不怪人，不催人。

-ask = 请打电话问办事处，号码印在给您的信上。
-other-road = 不用摄像头也能办：去柜台、去银行、交一张表，或者打视频电话，都可以。

## 提示

prompt-find-face = 请把手机举到面前，让脸在圆框里
    .spoken = 请把手机举到面前，让您的脸在屏幕的圆框里。
prompt-one-person = 请只让一个人在画面里
    .spoken = 画面里不止一个人。请只让一个人对着摄像头。
prompt-come-closer = 请靠近一点点
    .spoken = 请您离摄像头近一点点。
prompt-move-back = 请往后一点点
    .spoken = 请您离摄像头远一点点。
prompt-centre = 请把脸移到画面中间
    .spoken = 请把脸移到画面中间来。
prompt-look-straight = 请正对着摄像头看
    .spoken = 请您正对着摄像头看。
prompt-more-light = 这里有点暗，请亮一点
    .spoken = 这里有点暗。请您面向窗户，或者开一盏灯。
prompt-less-light = 这里太亮了，请避开强光
    .spoken = 这里太亮了。请您稍微转一转身，避开强光。
prompt-hold-steady = 请把手机拿稳
    .spoken = 请把手机拿稳。胳膊可以靠在桌子上。
prompt-open-eyes = 请睁着眼睛，眨眼没关系
    .spoken = 请睁着眼睛，眨眼没关系。
prompt-press-start = 都好了。您准备好了，就按“开始”
    .spoken = 都好了。您准备好了，就请按“开始”。
prompt-keep-looking = 很好，请继续看着摄像头
    .spoken = 很好。就这样，请继续看着摄像头。
prompt-little-longer = 再看一会儿，一切都好
    .spoken = 请再看一会儿，一切都好。
prompt-look-done = 谢谢您，可以休息了
    .spoken = 谢谢您，看好了，您可以休息了。
prompt-sending = 正在送到办事处，请稍等
    .spoken = 正在送到办事处，请您稍等一下。
prompt-welcome-back = 欢迎回来。准备好了就按“开始”
    .spoken = 欢迎回来。我们从头再看一次，您准备好了，就请按“开始”。
prompt-face-light = 请转一转，让光照在脸上
    .spoken = 光在您的身后。请您稍微转一转，让窗户或者灯在您的面前。
prompt-uncover-face = 请让整张脸露出来
    .spoken = 脸有一部分被挡住了。方便的话，请您暂时把它拿开。
prompt-uncover-eyes = 请让眼睛露出来
    .spoken = 眼睛看不太清楚。如果您戴着墨镜或者帽子，请暂时摘下来。平时戴的眼镜不用摘。
prompt-wipe-camera = 请用软布擦一擦摄像头
    .spoken = 画面不太清楚。请您用软布擦一擦摄像头。
prompt-other-road = 请慢慢来，不用摄像头也能办
    .spoken = 请您慢慢来，试多少次都可以。{ -other-road }
prompt-act-come-closer = 请慢慢靠近一点点
    .spoken = 请您慢慢地离摄像头近一点点。如果不方便，请按“换一个”。
prompt-act-turn = 请把头稍微转一转，左边右边都行
    .spoken = 请您把头稍微转一转，左边右边都行。如果不方便，请按“换一个”。
prompt-act-blink = 请闭一下眼睛，再睁开
    .spoken = 请您闭一下眼睛，再睁开。如果不方便，请按“换一个”。
prompt-act-open-mouth = 请把嘴稍微张开一点
    .spoken = 请您把嘴稍微张开一点，再合上。如果不方便，请按“换一个”。
prompt-act-seen = 谢谢您，看到了
    .spoken = 谢谢您，做得很好。

## 画面

frame-invalid = 摄像头没有画面
    .spoken = 摄像头没有画面。
    .next = 请关掉应用，再打开一次。如果还是这样，{ -ask }
frame-no-face = 还没有看到脸
    .spoken = 还没有看到您的脸。
    .next = 请把手机举到面前，让整张脸都在圆框里。
frame-several-faces = 画面里不止一个人
    .spoken = 画面里不止一个人。
    .next = 请只让认证的这位对着摄像头，其他人可以站在手机旁边。
frame-too-far = 画面里的脸有点小
    .spoken = 画面里您的脸有点小。
    .next = 请您离摄像头近一点点。
frame-too-near = 脸离得太近，画面装不下
    .spoken = 您离得太近，画面装不下了。
    .next = 请您离摄像头远一点点。
frame-off-centre = 脸在画面的边上
    .spoken = 您的脸在画面的边上。
    .next = 请把脸移到画面中间来。
frame-turned-away = 脸转到旁边去了
    .spoken = 您的脸转到旁边去了。
    .next = 请把手机举到面前，正对着摄像头看。
frame-too-dark = 这里有点暗
    .spoken = 这里有点暗。
    .next = 请您面向窗户，或者在面前开一盏灯。
frame-too-bright = 这里太亮了
    .spoken = 这里太亮了。
    .next = 请您稍微转一转身，避开太阳或灯光。
frame-blurred = 画面还不清楚
    .spoken = 画面还不清楚。
    .next = 请用软布擦一擦摄像头，胳膊可以靠在桌子上。
frame-eyes-closed = 画面里眼睛闭着
    .spoken = 画面里您的眼睛闭着。
    .next = 请睁着眼睛，眨眼没关系。

## 交来的照片和录像

media-unreadable = 这张照片或录像打不开
    .spoken = 这张照片或者这段录像打不开。
    .next = 请换一个，或者重新拍一个。
media-unsupported = 这种照片或录像这里用不了
    .spoken = 这种照片或者录像，这里用不了。
    .next = 请用手机自带的相机重新拍一个，再选它。
media-too-large = 这张照片或录像太大了
    .spoken = 这张照片或者这段录像太大了。
    .next = 请选小一点的照片，或者短一点的录像。

## 应用自己的部件

model-missing = 这个应用少了一个部件
    .spoken = 这个应用少了一个部件。
    .next = 请家人或您信得过的人帮忙，重新安装一次应用。{ -other-road }
model-altered = 应用的一个部件被改动过，为了您的安全先不用它
    .spoken = 应用的一个部件被改动过。为了您的安全，先不用它。
    .next = 请家人或您信得过的人帮忙，重新安装一次应用。{ -other-road }
model-failed = 应用现在看不了画面
    .spoken = 应用现在看不了画面。
    .next = 请关掉应用，再打开一次。{ -other-road }
model-runtime-missing = 这个应用少了一个部件
    .spoken = 这个应用少了一个部件。
    .next = 请家人或您信得过的人帮忙，重新安装一次应用。{ -other-road }

## 看到的情况

evidence-insufficient = 这次没有看清楚
    .spoken = 这次没有看清楚。
    .next = 请面向窗户或灯光坐好，再按“开始”。慢慢来，不要紧。
liveness-not-shown = 这次没能确认
    .spoken = 这次没能确认。
    .next = 请坐在光线均匀的地方，您本人看着摄像头，再按“开始”。{ -other-road }
match-not-same-person = 这次没能确认是您本人
    .spoken = 这次没能确认是您本人。
    .next = 请看看选的是不是您自己的名字，再按“开始”。{ -other-road }
match-uncertain = 办事处会有人来看一看
    .spoken = 办事处会有工作人员来看一看。
    .next = 您不用再做什么。想问一问，可以打信上的电话。
verify-not-confirmed = 这次没能确认
    .spoken = 这次没能确认。
    .next = 请看看选的是不是您自己的名字，坐在光线均匀的地方，再按“开始”。{ -other-road }

enrolment-missing = 办事处还没有您的照片
    .spoken = 办事处还没有您的照片。
    .next = 请您带身份证到办事处来一次。走不动的话，请打信上的电话，会有人上门。
enrolment-poor = 这些照片还不够清楚
    .spoken = 这些照片还不够清楚。
    .next = 请重新拍几张：面向亮处，正对着摄像头，不戴帽子。
enrolment-too-few = 照片还差几张
    .spoken = 照片还差几张。
    .next = 请至少拍三张，每张稍有不同：正面一张，头稍向左一张，稍向右一张。
enrolment-repeated = 这张照片和另一张几乎一样
    .spoken = 这张照片和另一张几乎一样。
    .next = 请再拍一张，头稍转一点，或者稍近一点。

## 办事处发来的题目

challenge-expired = 这一次的时间过了，不要紧
    .spoken = 这一次的时间过了，不要紧。
    .next = 您准备好了，再按“开始”，时间会重新算。
challenge-unknown = 这一次不是从您的办事处开始的
    .spoken = 这一次不是从您的办事处开始的。
    .next = 请回到第一页，再按“开始”。如果还是这样，{ -ask }
challenge-used = 这一次已经用过了
    .spoken = 这一次已经用过了。
    .next = 请回到第一页看看。如果没有回执，再按“开始”。
challenge-limit = 前面办的还在等着发送
    .spoken = 前面办的还在等着发送。
    .next = 请在手机有网络的地方打开应用，它会自己发送。
challenge-out-of-order = 前面还有一次要先办
    .spoken = 前面还有一次要先办。
    .next = 请在手机有网络的地方打开应用，让它先把前面的发出去。

## 手机送来的内容

claim-malformed = 送来的内容，办事处读不出来
    .spoken = 送来的内容，办事处读不出来。
    .next = 请再按“开始”。如果还是这样，{ -ask }
claim-version = 这个应用比办事处的旧
    .spoken = 这个应用比办事处用的要旧一些。
    .next = 请家人或您信得过的人帮忙，更新一下应用。{ -other-road }
claim-signature = 办事处没能确认是您的手机送来的
    .spoken = 办事处没能确认，这是您的手机送来的。
    .next = 请再按“开始”。如果还是这样，{ -ask }
claim-audience = 这是给另一个办事处的
    .spoken = 这是给另一个办事处的。
    .next = 请用您自己办事处寄来的信打开应用。拿不准的话，{ -ask }
claim-replayed = 办事处已经收到过了
    .spoken = 办事处已经收到过了。
    .next = 请回到第一页看看。如果没有回执，再按“开始”。
claim-evidence = 照片没有收齐
    .spoken = 照片没有收齐。
    .next = 请再按“开始”，看着摄像头就好。
claim-contradiction = 办事处会有人来仔细看一看
    .spoken = 办事处会有工作人员来仔细看一看。
    .next = 您不用再做什么。想问一问，可以打信上的电话。
claim-model = 这个应用和办事处的对不上了
    .spoken = 这个应用和办事处用的对不上了。
    .next = 请家人或您信得过的人帮忙，更新一下应用。{ -other-road }

## 手机

device-not-bound = 这部手机还不认识您
    .spoken = 这部手机还不认识您。
    .next = 请拿出办事处寄给您的信，把信上的那串码输进去。
device-pending = 这部手机正在等您同意
    .spoken = 这部手机正在等您同意。
    .next = 请在原来的手机上打开应用，点“同意”。原来的手机不在了，就打信上的电话。
device-revoked = 这部手机已经和您解除了关联
    .spoken = 这部手机已经和您解除了关联。
    .next = 请打电话给办事处，要一封新的信。号码印在原来的信上。
device-full = 这部手机已经有五个人在用
    .spoken = 这部手机已经有五个人在用，不能再加了。
    .next = 请换一部手机，或者找办事处，工作人员会帮您办。号码印在信上。
access-not-recognised = 办事处还不认识这部手机或这串码
    .spoken = 办事处还不认识这部手机，或者这串码。
    .next = 请照着办事处最新的那封信，把码再输一遍。如果还是这样，{ -ask }

## 信

code-mistyped = 这串码还对不上
    .spoken = 这串码还对不上。
    .next = 请照着信一组一组地看，一共四组，每组四个。慢慢来，不要紧。
code-invalid = 这串码已经不用了
    .spoken = 这串码已经不用了。
    .next = 请看看有没有更新的信。没有的话，打信上的电话要一封。
code-void = 为了保护您，这串码锁上了
    .spoken = 为了保护您，这串码锁上了。
    .next = 请打电话给办事处，要一封新的信。号码印在原来的信上。

## 时间、休息、有人来看

case-window-closed = 现在不是认证的时间
    .spoken = 现在不是认证的时间。
    .next = 您现在不用办什么。打信上的电话，他们会告诉您从哪天起可以办。
attempts-pause = 我们先歇一歇
    .spoken = 我们先歇一歇。
    .next =
        { $unit ->
            [seconds] 请休息 { $count } 秒，再按“开始”。
            [minutes] 请休息 { $count } 分钟，再按“开始”。
           *[unknown] 请休息几分钟，再按“开始”。
        }{ -other-road }
review-required = 办事处会有人来看一看
    .spoken = 办事处会有工作人员来看一看。
    .next = 您不用再做什么。想问一问，可以打信上的电话。
review-second-person = 这件事要再有一位同事同意
    .spoken = 这件事要再有一位同事同意。
    .next = 请让另一位有权决定的同事也看一看。

## 请求

request-malformed = 办事处没听懂应用说的话
    .spoken = 办事处没听懂应用说的话。
    .next = 请关掉应用，再打开一次。如果还是这样，{ -ask }
request-unauthorised = 办事处想确认一下是谁在问
    .spoken = 办事处想确认一下是谁在问。
    .next = 请关掉应用，打开后从头再来一次。如果您是工作人员，请重新登录。
request-not-found = 办事处没有找到这一项
    .spoken = 办事处没有找到这一项。
    .next = 请回到第一页，再选一次。如果还是这样，{ -ask }
request-too-large = 一次送的东西太多了
    .spoken = 一次送的东西太多了。
    .next = 请少选几张照片，或者选小一点的，再送一次。
request-rate-limited = 现在办的人很多
    .spoken = 现在办的人很多。
    .next =
        { $unit ->
            [seconds] 请等 { $count } 秒，再试一次。
            [minutes] 请等 { $count } 分钟，再试一次。
           *[unknown] 请等几分钟，再试一次。
        }

## 到办事处的路

server-unreachable = 现在连不上办事处
    .spoken = 现在连不上办事处。
    .next = 请看看手机有没有网络，过几分钟再试一次。{ -other-road }
server-busy = 办事处的电脑现在有点忙
    .spoken = 办事处的电脑现在有点忙。
    .next = 请过几分钟再试一次。
server-internal = 办事处那边有点问题，和您没有关系
    .spoken = 办事处那边有点问题，和您没有关系。
    .next = 请过一个小时再试。{ -other-road }
server-untrusted = 回话的不是您的办事处
    .spoken = 回话的不是您的办事处。
    .next = 请先停在这里。回家用自己的网络再试一次，或者打信上的电话。

## 手机的情况

clock-wrong = 手机的时间和办事处的对不上
    .spoken = 手机的时间和办事处的对不上。
    .next = 请家人或您信得过的人帮忙，让手机自动设定日期和时间，再按“开始”。
storage-full = 手机里没有空地方了
    .spoken = 手机里没有空地方了。
    .next = 请家人或您信得过的人帮忙，删掉一些旧录像，再按“开始”。
storage-unreadable = 手机里存的内容读不出来
    .spoken = 手机里存的内容读不出来。
    .next = 请打电话给办事处，要一封新的信。号码印在原来的信上。
key-unavailable = 这部手机现在不能替您签名
    .spoken = 这部手机现在不能替您签名。
    .next = 请把手机关机再开机，然后按“开始”。{ -other-road }
key-cancelled = 您没有点同意，什么都没有送出去
    .spoken = 您没有点同意，什么都没有送出去，不要紧。
    .next = 您准备好了，再按“开始”，手机问您的时候点“同意”。

session-cancelled = 您停下来了，什么都没有送出去
    .spoken = 您停下来了，什么都没有送出去，不要紧。
    .next = 什么时候想办，再按“开始”。{ -other-road }
session-expired = 这一次的时间过了，不要紧
    .spoken = 这一次的时间过了，不要紧。
    .next = 您准备好了，再按“开始”，时间会重新算。
policy-invalid = 办事处的要求，这个应用不能照办
    .spoken = 办事处的要求，这个应用不能照办。
    .next = 为了您的安全，先停在这里。{ -ask }

## 回执

receipt-invalid = 这不是办事处开的回执
    .spoken = 这不是办事处开的回执。
    .next = 请不要以它为准。请对方拿出原件，或者问一问上面写的办事处。
receipt-expired = 这张回执是真的，日子已经过了
    .spoken = 这张回执是真的，日子已经过了。
    .next = 请再认证一次，新的回执会接上它。

## 工作人员的名册

roster-bad-id = 这一行的证件号码对不上
    .spoken = 这一行的证件号码对不上。
    .next = 请对照证件改好这一行，再导入一次。现在一行都还没有导入。
roster-duplicate = 这个人在名册里出现了两次
    .spoken = 这个人在名册里出现了两次。
    .next = 请留下其中一行，再导入一次。现在一行都还没有导入。
roster-encoding = 名册里的字认不出来
    .spoken = 名册里的字认不出来。
    .next = 请把名册另存为 UTF-8 编码的 CSV 文件，再导入一次。现在一行都还没有导入。
roster-bad-line = 这一行少了内容，或者有一格不合要求
    .spoken = 这一行少了内容，或者有一格不合要求。
    .next = 请改好这一行，再导入一次。现在一行都还没有导入。

## 结果

outcome-accepted = 认证好了，谢谢您
    .spoken = 认证好了，谢谢您！
    .next = 回执已经存在这里，您不用再做什么了。
outcome-referred = 办事处会有人来看一看
    .spoken = 办事处会有工作人员来看一看。
    .next = 您不用从头再来。想问一问，可以打信上的电话。
outcome-refused = 这次没能确认
    .spoken = 这次没能确认，谁都可能碰到，不要紧。
    .next = 您可以打信上的电话。{ -other-road }
outcome-queued = 已经存在手机里，送到办事处才算数
    .spoken = 已经存在手机里了，送到办事处才算数。
    .next = 请在手机有网络的地方打开应用，它会自己送出去，然后给您回执。
outcome-stopped = 停下来了，什么都没有送出去
    .spoken = 停下来了，什么都没有送出去，不要紧。
    .next = 什么时候想办，再按“开始”。{ -other-road }
