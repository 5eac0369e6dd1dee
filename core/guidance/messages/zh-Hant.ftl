### 給長輩看和聽的話：值是螢幕上的字，.spoken 是唸出來的話，.next 是下一步，看的和聽的都是它。
### 一次只說一件事，不怪人，不催人。

-ask = 請打電話問辦事處，電話號碼印在給您的信上。
-other-road = 不用鏡頭也可以辦：到櫃檯、到銀行、交一張表，或是用視訊通話，都可以。

## 提示

prompt-find-face = 請把手機拿到面前，讓臉在圓框裡
    .spoken = 請把手機拿到面前，讓您的臉在螢幕的圓框裡。
prompt-one-person = 請只讓一個人在畫面裡
    .spoken = 畫面裡不只一個人。請只讓一個人對著鏡頭。
prompt-come-closer = 請靠近一點點
    .spoken = 請您離鏡頭近一點點。
prompt-move-back = 請往後一點點
    .spoken = 請您離鏡頭遠一點點。
prompt-centre = 請把臉移到畫面中間
    .spoken = 請把臉移到畫面中間來。
prompt-look-straight = 請正對著鏡頭看
    .spoken = 請您正對著鏡頭看。
prompt-more-light = 這裡有點暗，請亮一點
    .spoken = 這裡有點暗。請您面向窗戶，或是開一盞燈。
prompt-less-light = 這裡太亮了，請避開強光
    .spoken = 這裡太亮了。請您稍微轉個方向，避開強光。
prompt-hold-steady = 請把手機拿穩
    .spoken = 請把手機拿穩。手臂可以靠在桌上。
prompt-open-eyes = 請張開眼睛，眨眼沒關係
    .spoken = 請張開眼睛，眨眼沒關係。
prompt-press-start = 都好了。您準備好了，就按「開始」
    .spoken = 都好了。您準備好了，就請按「開始」。
prompt-keep-looking = 很好，請繼續看著鏡頭
    .spoken = 很好。就這樣，請繼續看著鏡頭。
prompt-little-longer = 再看一下下，一切都好
    .spoken = 請再看一下下，一切都好。
prompt-look-done = 謝謝您，可以休息了
    .spoken = 謝謝您，看好了，您可以休息了。
prompt-sending = 正在送到辦事處，請稍候
    .spoken = 正在送到辦事處，請您稍等一下。
prompt-welcome-back = 歡迎回來。準備好了就按「開始」
    .spoken = 歡迎回來。我們從頭再看一次，您準備好了，就請按「開始」。
prompt-face-light = 請轉一轉，讓光照在臉上
    .spoken = 光在您的身後。請您稍微轉一轉，讓窗戶或者燈在您的面前。
prompt-uncover-face = 請讓整張臉露出來
    .spoken = 臉有一部分被擋住了。方便的話，請您暫時把它拿開。
prompt-uncover-eyes = 請讓眼睛露出來
    .spoken = 眼睛看不太清楚。如果您戴著墨鏡或者帽子，請暫時摘下來。平時戴的眼鏡不用摘。
prompt-wipe-camera = 請用軟布擦一擦鏡頭
    .spoken = 畫面不太清楚。請您用軟布擦一擦鏡頭。
prompt-other-road = 請慢慢來，不用鏡頭也能辦
    .spoken = 請您慢慢來，試多少次都可以。{ -other-road }
prompt-act-come-closer = 請慢慢靠近一點點
    .spoken = 請您慢慢地離鏡頭近一點點。如果不方便，請按「換一個」。
prompt-act-turn = 請把頭稍微轉一轉，左邊右邊都行
    .spoken = 請您把頭稍微轉一轉，左邊右邊都行。如果不方便，請按「換一個」。
prompt-act-blink = 請閉一下眼睛，再睜開
    .spoken = 請您閉一下眼睛，再睜開。如果不方便，請按「換一個」。
prompt-act-open-mouth = 請把嘴稍微張開一點
    .spoken = 請您把嘴稍微張開一點，再合上。如果不方便，請按「換一個」。
prompt-act-seen = 謝謝您，看到了
    .spoken = 謝謝您，做得很好。

## 畫面

frame-invalid = 鏡頭沒有畫面
    .spoken = 鏡頭沒有畫面。
    .next = 請關掉應用程式，再打開一次。如果還是這樣，{ -ask }
frame-no-face = 還沒有看到臉
    .spoken = 還沒有看到您的臉。
    .next = 請把手機拿到面前，讓整張臉都在圓框裡。
frame-several-faces = 畫面裡不只一個人
    .spoken = 畫面裡不只一個人。
    .next = 請只讓認證的這位對著鏡頭，其他人可以站在手機旁邊。
frame-too-far = 畫面裡的臉有點小
    .spoken = 畫面裡您的臉有點小。
    .next = 請您離鏡頭近一點點。
frame-too-near = 臉離得太近，畫面放不下
    .spoken = 您離得太近，畫面放不下了。
    .next = 請您離鏡頭遠一點點。
frame-off-centre = 臉在畫面的邊上
    .spoken = 您的臉在畫面的邊上。
    .next = 請把臉移到畫面中間來。
frame-turned-away = 臉轉到旁邊去了
    .spoken = 您的臉轉到旁邊去了。
    .next = 請把手機拿到面前，正對著鏡頭看。
frame-too-dark = 這裡有點暗
    .spoken = 這裡有點暗。
    .next = 請您面向窗戶，或是在面前開一盞燈。
frame-too-bright = 這裡太亮了
    .spoken = 這裡太亮了。
    .next = 請您稍微轉個方向，避開太陽或燈光。
frame-blurred = 畫面還不清楚
    .spoken = 畫面還不清楚。
    .next = 請用軟布擦一擦鏡頭，手臂可以靠在桌上。
frame-eyes-closed = 畫面裡眼睛閉著
    .spoken = 畫面裡您的眼睛閉著。
    .next = 請張開眼睛，眨眼沒關係。

## 交來的照片和影片

media-unreadable = 這張照片或影片打不開
    .spoken = 這張照片或這段影片打不開。
    .next = 請換一個，或是重新拍一個。
media-unsupported = 這種照片或影片這裡用不了
    .spoken = 這種照片或影片，這裡用不了。
    .next = 請用手機內建的相機重新拍一個，再選它。
media-too-large = 這張照片或影片太大了
    .spoken = 這張照片或這段影片太大了。
    .next = 請選小一點的照片，或是短一點的影片。

## 應用程式自己的元件

model-missing = 這個應用程式少了一部分
    .spoken = 這個應用程式少了一部分。
    .next = 請家人或您信任的人幫忙，重新安裝一次應用程式。{ -other-road }
model-altered = 應用程式有一部分被改過，為了您的安全先不用
    .spoken = 應用程式有一部分被改過。為了您的安全，先不使用。
    .next = 請家人或您信任的人幫忙，重新安裝一次應用程式。{ -other-road }
model-failed = 應用程式現在看不了畫面
    .spoken = 應用程式現在看不了畫面。
    .next = 請關掉應用程式，再打開一次。{ -other-road }
model-runtime-missing = 這個應用程式少了一部分
    .spoken = 這個應用程式少了一部分。
    .next = 請家人或您信任的人幫忙，重新安裝一次應用程式。{ -other-road }

## 看到的情形

evidence-insufficient = 這次沒有看清楚
    .spoken = 這次沒有看清楚。
    .next = 請面向窗戶或燈光坐好，再按「開始」。慢慢來，沒關係。
liveness-not-shown = 這次沒能確認
    .spoken = 這次沒能確認。
    .next = 請坐在光線均勻的地方，您本人看著鏡頭，再按「開始」。{ -other-road }
match-not-same-person = 這次沒能確認是您本人
    .spoken = 這次沒能確認是您本人。
    .next = 請看看選的是不是您自己的名字，再按「開始」。{ -other-road }
match-uncertain = 辦事處會有人來看一看
    .spoken = 辦事處會有專人來看一看。
    .next = 您不用再做什麼。想問一問，可以打信上的電話。
verify-not-confirmed = 這次沒能確認
    .spoken = 這次沒能確認。
    .next = 請看看選的是不是您自己的名字，坐在光線均勻的地方，再按「開始」。{ -other-road }

enrolment-missing = 辦事處還沒有您的照片
    .spoken = 辦事處還沒有您的照片。
    .next = 請您帶身分證到辦事處來一次。不方便走動的話，請打信上的電話，會有人到府上。
enrolment-poor = 這些照片還不夠清楚
    .spoken = 這些照片還不夠清楚。
    .next = 請重新拍幾張：面向亮處，正對著鏡頭，不戴帽子。
enrolment-too-few = 照片還差幾張
    .spoken = 照片還差幾張。
    .next = 請至少拍三張，每張稍有不同：正面一張，頭稍向左一張，稍向右一張。
enrolment-repeated = 這張照片和另一張幾乎一樣
    .spoken = 這張照片和另一張幾乎一樣。
    .next = 請再拍一張，頭稍轉一點，或者稍近一點。

## 辦事處送來的題目

challenge-expired = 這一次的時間過了，沒關係
    .spoken = 這一次的時間過了，沒關係。
    .next = 您準備好了，再按「開始」，時間會重新計算。
challenge-unknown = 這一次不是從您的辦事處開始的
    .spoken = 這一次不是從您的辦事處開始的。
    .next = 請回到第一頁，再按「開始」。如果還是這樣，{ -ask }
challenge-used = 這一次已經用過了
    .spoken = 這一次已經用過了。
    .next = 請回到第一頁看看。如果沒有回執，再按「開始」。
challenge-limit = 前面辦的還在等著送出
    .spoken = 前面辦的還在等著送出。
    .next = 請在手機有網路的地方打開應用程式，它會自己送出。
challenge-out-of-order = 前面還有一次要先辦
    .spoken = 前面還有一次要先辦。
    .next = 請在手機有網路的地方打開應用程式，讓它先把前面的送出去。

## 手機送來的內容

claim-malformed = 送來的內容，辦事處讀不出來
    .spoken = 送來的內容，辦事處讀不出來。
    .next = 請再按「開始」。如果還是這樣，{ -ask }
claim-version = 這個應用程式比辦事處的舊
    .spoken = 這個應用程式比辦事處用的舊一些。
    .next = 請家人或您信任的人幫忙，更新一下應用程式。{ -other-road }
claim-signature = 辦事處沒能確認是您的手機送來的
    .spoken = 辦事處沒能確認，這是您的手機送來的。
    .next = 請再按「開始」。如果還是這樣，{ -ask }
claim-audience = 這是給另一個辦事處的
    .spoken = 這是給另一個辦事處的。
    .next = 請用您自己辦事處寄來的信打開應用程式。不確定的話，{ -ask }
claim-replayed = 辦事處已經收到過了
    .spoken = 辦事處已經收到過了。
    .next = 請回到第一頁看看。如果沒有回執，再按「開始」。
claim-evidence = 照片沒有收齊
    .spoken = 照片沒有收齊。
    .next = 請再按「開始」，看著鏡頭就好。
claim-contradiction = 辦事處會有人來仔細看一看
    .spoken = 辦事處會有專人來仔細看一看。
    .next = 您不用再做什麼。想問一問，可以打信上的電話。
claim-model = 這個應用程式和辦事處的對不上了
    .spoken = 這個應用程式和辦事處用的對不上了。
    .next = 請家人或您信任的人幫忙，更新一下應用程式。{ -other-road }

## 手機

device-not-bound = 這支手機還不認識您
    .spoken = 這支手機還不認識您。
    .next = 請拿出辦事處寄給您的信，把信上的那串代碼輸進去。
device-pending = 這支手機正在等您同意
    .spoken = 這支手機正在等您同意。
    .next = 請在原來的手機上打開應用程式，點「同意」。原來的手機不在了，就打信上的電話。
device-revoked = 這支手機已經和您解除連結
    .spoken = 這支手機已經和您解除連結。
    .next = 請打電話給辦事處，要一封新的信。電話號碼印在原來的信上。
device-full = 這支手機已經有五個人在用
    .spoken = 這支手機已經有五個人在用，不能再加了。
    .next = 請換一支手機，或者找辦事處，承辦人員會幫您辦。電話號碼印在信上。
access-not-recognised = 辦事處還不認識這支手機或這串代碼
    .spoken = 辦事處還不認識這支手機，或者這串代碼。
    .next = 請照著辦事處最新的那封信，把代碼再輸入一遍。如果還是這樣，{ -ask }

## 信

code-mistyped = 這串代碼還對不上
    .spoken = 這串代碼還對不上。
    .next = 請照著信一組一組地看，一共四組，每組四個。慢慢來，沒關係。
code-invalid = 這串代碼已經不用了
    .spoken = 這串代碼已經不用了。
    .next = 請看看有沒有更新的信。沒有的話，打信上的電話要一封。
code-void = 為了保護您，這串代碼鎖上了
    .spoken = 為了保護您，這串代碼鎖上了。
    .next = 請打電話給辦事處，要一封新的信。電話號碼印在原來的信上。

## 時間、休息、有人來看

case-window-closed = 現在不是認證的時間
    .spoken = 現在不是認證的時間。
    .next = 您現在不用辦什麼。打信上的電話，他們會告訴您從哪天起可以辦。
attempts-pause = 我們先歇一歇
    .spoken = 我們先歇一歇。
    .next =
        { $unit ->
            [seconds] 請休息 { $count } 秒，再按「開始」。
            [minutes] 請休息 { $count } 分鐘，再按「開始」。
           *[unknown] 請休息幾分鐘，再按「開始」。
        }{ -other-road }
review-required = 辦事處會有人來看一看
    .spoken = 辦事處會有專人來看一看。
    .next = 您不用再做什麼。想問一問，可以打信上的電話。
review-second-person = 這件事要再有一位同事同意
    .spoken = 這件事要再有一位同事同意。
    .next = 請讓另一位有權決定的同事也看一看。

## 請求

request-malformed = 辦事處沒聽懂應用程式說的話
    .spoken = 辦事處沒聽懂應用程式說的話。
    .next = 請關掉應用程式，再打開一次。如果還是這樣，{ -ask }
request-unauthorised = 辦事處想確認一下是誰在問
    .spoken = 辦事處想確認一下是誰在問。
    .next = 請關掉應用程式，打開後從頭再來一次。如果您是承辦人員，請重新登入。
request-not-found = 辦事處沒有找到這一項
    .spoken = 辦事處沒有找到這一項。
    .next = 請回到第一頁，再選一次。如果還是這樣，{ -ask }
request-too-large = 一次送的東西太多了
    .spoken = 一次送的東西太多了。
    .next = 請少選幾張照片，或是選小一點的，再送一次。
request-rate-limited = 現在辦的人很多
    .spoken = 現在辦的人很多。
    .next =
        { $unit ->
            [seconds] 請等 { $count } 秒，再試一次。
            [minutes] 請等 { $count } 分鐘，再試一次。
           *[unknown] 請等幾分鐘，再試一次。
        }

## 到辦事處的路

server-unreachable = 現在連不上辦事處
    .spoken = 現在連不上辦事處。
    .next = 請看看手機有沒有網路，過幾分鐘再試一次。{ -other-road }
server-busy = 辦事處的電腦現在有點忙
    .spoken = 辦事處的電腦現在有點忙。
    .next = 請過幾分鐘再試一次。
server-internal = 辦事處那邊有點狀況，和您沒有關係
    .spoken = 辦事處那邊有點狀況，和您沒有關係。
    .next = 請過一個小時再試。{ -other-road }
server-untrusted = 回覆的不是您的辦事處
    .spoken = 回覆的不是您的辦事處。
    .next = 請先停在這裡。回家用自己的網路再試一次，或是打信上的電話。

## 手機的情形

clock-wrong = 手機的時間和辦事處的對不上
    .spoken = 手機的時間和辦事處的對不上。
    .next = 請家人或您信任的人幫忙，讓手機自動設定日期和時間，再按「開始」。
storage-full = 手機裡沒有空間了
    .spoken = 手機裡沒有空間了。
    .next = 請家人或您信任的人幫忙，刪掉一些舊影片，再按「開始」。
storage-unreadable = 手機裡存的內容讀不出來
    .spoken = 手機裡存的內容讀不出來。
    .next = 請打電話給辦事處，要一封新的信。電話號碼印在原來的信上。
key-unavailable = 這支手機現在不能替您簽名
    .spoken = 這支手機現在不能替您簽名。
    .next = 請把手機關機再開機，然後按「開始」。{ -other-road }
key-cancelled = 您沒有點同意，什麼都沒有送出去
    .spoken = 您沒有點同意，什麼都沒有送出去，沒關係。
    .next = 您準備好了，再按「開始」，手機問您的時候點「同意」。

session-cancelled = 您停下來了，什麼都沒有送出去
    .spoken = 您停下來了，什麼都沒有送出去，沒關係。
    .next = 什麼時候想辦，再按「開始」。{ -other-road }
session-expired = 這一次的時間過了，沒關係
    .spoken = 這一次的時間過了，沒關係。
    .next = 您準備好了，再按「開始」，時間會重新計算。
policy-invalid = 辦事處的要求，這個應用程式不能照辦
    .spoken = 辦事處的要求，這個應用程式不能照辦。
    .next = 為了您的安全，先停在這裡。{ -ask }

## 回執

receipt-invalid = 這不是辦事處開的回執
    .spoken = 這不是辦事處開的回執。
    .next = 請不要以它為準。請對方拿出原件，或是問一問上面寫的辦事處。
receipt-expired = 這張回執是真的，日期已經過了
    .spoken = 這張回執是真的，日期已經過了。
    .next = 請再認證一次，新的回執會接上它。

## 承辦人員的名冊

roster-bad-id = 這一列的證件號碼對不上
    .spoken = 這一列的證件號碼對不上。
    .next = 請對照證件改好這一列，再匯入一次。現在一列都還沒有匯入。
roster-duplicate = 這個人在名冊裡出現了兩次
    .spoken = 這個人在名冊裡出現了兩次。
    .next = 請留下其中一列，再匯入一次。現在一列都還沒有匯入。
roster-encoding = 名冊裡的字認不出來
    .spoken = 名冊裡的字認不出來。
    .next = 請把名冊另存成 UTF-8 編碼的 CSV 檔，再匯入一次。現在一列都還沒有匯入。
roster-bad-line = 這一列少了內容，或是有一格不合要求
    .spoken = 這一列少了內容，或是有一格不合要求。
    .next = 請改好這一列，再匯入一次。現在一列都還沒有匯入。

## 結果

outcome-accepted = 認證好了，謝謝您
    .spoken = 認證好了，謝謝您！
    .next = 回執已經存在這裡，您不用再做什麼了。
outcome-referred = 辦事處會有人來看一看
    .spoken = 辦事處會有專人來看一看。
    .next = 您不用從頭再來。想問一問，可以打信上的電話。
outcome-refused = 這次沒能確認
    .spoken = 這次沒能確認，誰都可能碰到，沒關係。
    .next = 您可以打信上的電話。{ -other-road }
outcome-queued = 已經存在手機裡，送到辦事處才算數
    .spoken = 已經存在手機裡了，送到辦事處才算數。
    .next = 請在手機有網路的地方打開應用程式，它會自己送出去，然後給您回執。
outcome-stopped = 停下來了，什麼都沒有送出去
    .spoken = 停下來了，什麼都沒有送出去，沒關係。
    .next = 什麼時候想辦，再按「開始」。{ -other-road }
