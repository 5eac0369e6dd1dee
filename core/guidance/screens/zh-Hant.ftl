### 每個畫面上的話：值是大字標題，.spoken 是唸出來的標題，.next 是接下來怎麼做或者該知道的，看的和聽的都是它。
### 標籤寫在按鈕上，或是寫在一項內容前面。一次只說一件事，不怪人，不催人。

## 畫面：開頭

screen-language = 您想用哪一種語言？
    .spoken = 請選一種您習慣的語言。
    .next = 之後在設定裡還可以換。
screen-welcome = 在家就能辦資格認證
    .spoken = 歡迎您。資格認證一年辦一次，在家就能辦。
    .next = 請把辦事處寄給您的信放在手邊。隨時可以停下來，沒關係。
screen-for-whom = 要幫誰辦？
    .spoken = 請選一下，是幫自己辦，還是幫別人辦。
    .next = 一支手機最多可以讓五個人辦。
screen-relation = 您在幫誰辦？
    .spoken = 請選一下，您幫的是哪一位。
    .next = 請坐在旁邊陪著。看鏡頭、點「同意」，都由本人來。
screen-letter = 請拿出辦事處的信
    .spoken = 請拿出辦事處寄來的信。
    .next = 可以拍信上的方塊圖，也可以輸入那串代碼，一共四組，每組四個。
screen-no-letter = 沒有信也沒關係
    .spoken = 沒有信也沒關係。
    .next = 請向辦事處要一封，請家人去要也可以。{ -other-road }
screen-letter-scan = 請對準信上的方塊圖
    .spoken = 請把手機拿到信的上方，對準方塊圖。
    .next = 把信平放在亮的地方，手機看清楚了，自己會認出來。
screen-office-address = 辦事處的網址
    .spoken = 請輸入辦事處的網址。
    .next = 拍信上的方塊圖，就不用輸入網址。不知道網址的話，{ -ask }
screen-letter-code = 信上的那串代碼
    .spoken = 請照著信輸入那串代碼，一共四組，每組四個。
    .next = 大寫小寫都可以。慢慢來，沒關係。
screen-ready = 請面向窗戶或燈光坐好
    .spoken = 請面向窗戶或燈光坐好，把手機拿到面前。
    .next =
        { $named ->
            [yes] 這次是幫{ $name }辦。您讓相機打開，它才會打開。沒按「開始」，就什麼都不會開始。
           *[no] 您讓相機打開，它才會打開。沒按「開始」，就什麼都不會開始。
        }

## 畫面：相機

screen-look = 請看著鏡頭
    .spoken = 請您看著鏡頭。
screen-camera-denied = 這個應用程式還不能用相機
    .spoken = 這個應用程式還不能用相機。
    .next = 可以在手機的設定裡允許它使用，也可以請信任的人幫忙。{ -other-road }
screen-camera-missing = 這裡沒有找到相機
    .spoken = 這裡沒有找到相機。
    .next = 可以換一支有相機的手機。{ -other-road }
screen-camera-lost = 相機停下來了
    .spoken = 相機停下來了，沒關係。
    .next = 請關掉其他正在用相機的應用程式，再試一次。{ -other-road }
screen-working = 請稍候
    .spoken = 請您稍等一下，什麼都不用按。
screen-practice-done = 就是這樣，什麼都沒有送出去
    .spoken = 好了，就是這樣，什麼都沒有送出去。
    .next = 想練習幾次都可以。信在手邊了，就可以正式辦。
screen-waiting = 這支手機正在等您同意
    .spoken = 這支手機正在等您同意。
    .next = 請在原來的手機上打開應用程式，點「同意」。原來的手機不在了，就打信上的電話。

## 畫面：同意、稱呼、結果

screen-consent = 請看一看，或是聽一聽
    .spoken = 請您慢慢看一看，或是聽一聽。
    .next = 每一件都可以不同意。不刷臉也能辦，一樣算數。
screen-consent-helper = 家人可以幫您辦嗎？
    .spoken = 您同意的話，家人可以用自己的手機幫您辦。
    .next = 不同意也沒關係，照樣能認證。
screen-consent-numbers = 臉部資料可以傳到辦事處嗎？
    .spoken = 您同意的話，手機由您的臉部算出的資料，會傳到辦事處比對。
    .next = 不同意也沒關係，照樣能認證。
screen-consent-pictures = 幾張影像可以傳到辦事處嗎？
    .spoken = 您同意的話，拍到的影像會傳到辦事處，最多五張。
    .next = 不同意也沒關係，照樣能認證。
screen-consent-keeping = 辦事處可以保存一段時間嗎？
    .spoken = 您同意的話，辦事處會密封保存這些資料和影像，最長一百八十天，到期就刪除。
    .next = 不同意也沒關係，照樣能認證。
screen-consent-refused = 您沒有同意，沒關係
    .spoken = 您沒有同意，沒關係。
    .next = 您的退休金不受影響。{ -other-road }
screen-name-person = 手機上要怎麼稱呼？
    .spoken = 請輸入一個稱呼，您自己的，或是您幫的那一位的。
    .next = 稱呼只留在這支手機裡，小名也可以。
screen-result = 辦得怎麼樣
    .spoken = 這次辦得怎麼樣，都在這裡。
screen-trouble = 這次還沒有辦成
    .spoken = 這次還沒有辦成，沒關係。

## 畫面：這支手機上的人

screen-people = 在這支手機上辦的人
    .spoken = 這些是在這支手機上辦的人。
    .next = 點一個稱呼，就能看到辦得怎麼樣了。
screen-person =
    { $named ->
        [yes] { $name }
       *[no] 資格認證
    }
    .spoken =
        { $named ->
            [yes] 這是{ $name }的頁面。
           *[no] 這是資格認證的頁面。
        }
    .next = 這裡看得到辦得怎麼樣了，還能辦什麼。慢慢來，沒關係。
screen-more =
    { $named ->
        [yes] 還能幫{ $name }辦的事
       *[no] 還能辦的事
    }
    .spoken =
        { $named ->
            [yes] 這裡是還能幫{ $name }辦的事。
           *[no] 這裡是還能辦的事。
        }
    .next = 您儘管看，看一看什麼都不會改變。
screen-receipts =
    { $named ->
        [yes] { $name }的回執
       *[no] 所有的回執
    }
    .spoken =
        { $named ->
            [yes] 這裡是{ $name }的回執。
           *[no] 這裡是所有的回執。
        }
    .next = 回執存在這支手機裡，您不用再做什麼。
screen-receipt =
    { $named ->
        [yes] { $name }的這張回執
       *[no] 這張回執
    }
    .spoken =
        { $named ->
            [yes] 這是{ $name }的一張回執。
           *[no] 這是一張回執。
        }
    .next = 可以分享，也可以列印。誰都能核對，沒有網路也行。
screen-history = 辦事處的紀錄
    .spoken =
        { $named ->
            [yes] 這是辦事處裡{ $name }的紀錄。
           *[no] 這是辦事處的紀錄。
        }
    .next = 如果覺得哪裡不對，{ -ask }

## 畫面：不刷臉的辦法、提醒

screen-other-road = 其他辦法也一樣算數
    .spoken = 還有其他辦法，也一樣算數。
    .next = 可以到櫃檯、到銀行、交一張表、用視訊通話，也可以請人到府。想用哪一個，告訴辦事處就好。
screen-other-road-asked = 辦事處知道了
    .spoken = 謝謝您，辦事處知道了。
    .next = 會有專人和您聯絡。想問一問，可以打信上的電話。
screen-call = 打電話給辦事處
    .spoken = 您可以打電話給辦事處，會有人幫您。
    .next = 電話號碼也印在信上。打電話的時候，請把信放在手邊。
screen-reminder = 要不要提醒您？
    .spoken = 日子快到的時候，這支手機可以提醒您。
    .next = 可以用手機通知，也可以記到行事曆裡。
screen-reminder-set = 提醒設好了
    .spoken = 提醒已經設好了。
    .next = 手機會替您記著，您不用掛心。

## 畫面：另一支手機、等著送出的、在哪裡

screen-other-phone =
    { $named ->
        [yes] 另一支手機想幫{ $name }辦認證，是您的嗎？
       *[no] 另一支手機想辦認證，是您的嗎？
    }
    .spoken =
        { $named ->
            [yes] 另一支手機想幫{ $name }辦認證。請選一下，是不是您的。
           *[no] 另一支手機想辦認證。請選一下，是不是您的。
        }
    .next = 不認識的話，就說不是。它進不來，您這裡什麼都不會變。
screen-other-phone-done = 已經照您說的辦了
    .spoken = 謝謝您，已經照您說的辦了。
    .next = 以後想改的話，{ -ask }
screen-unsent = 等著送出的
    .spoken = 這些還等著送到辦事處。
    .next = 它們好好地存在手機裡，送到辦事處才算數。有網路的話，現在就可以送出。
screen-sent = 辦事處都收到了
    .spoken = 沒有等著送出的了，辦事處都收到了。
    .next = 回到第一頁，就能看到辦得怎麼樣了。
screen-place =
    { $named ->
        [yes] { $name }在國內還是國外？
       *[no] 人在國內還是國外？
    }
    .spoken =
        { $named ->
            [yes] 請選一下，{ $name }現在在國內，還是在國外。
           *[no] 請選一下，人現在在國內，還是在國外。
        }
    .next = 日期會照當地的時間顯示。不需要國內的手機號碼。

## 畫面：撤回、刪除

screen-withdraw =
    { $named ->
        [yes] 要撤回{ $name }的同意嗎？
       *[no] 要撤回同意嗎？
    }
    .spoken =
        { $named ->
            [yes] { $name }的同意，可以撤回。
           *[no] 同意過的，可以撤回。
        }
    .next = 撤回以後，辦事處因此保存的內容會刪掉，認證照樣能辦。
screen-withdrawn = 同意已經撤回了
    .spoken = 同意已經撤回了。
    .next = 辦事處因此保存的內容會刪掉，認證照樣能辦。
screen-erase = 要刪掉什麼？
    .spoken = 請選一下，要刪掉什麼。
    .next = 在您確認之前，什麼都不會刪。也可以維持原樣。
screen-erase-here =
    { $named ->
        [yes] 從這支手機刪掉{ $name }的內容嗎？
       *[no] 從這支手機刪掉這個人的內容嗎？
    }
    .spoken =
        { $named ->
            [yes] 您確認以後，這支手機會刪掉{ $name }的內容。
           *[no] 您確認以後，這支手機會刪掉這個人的內容。
        }
    .next = 辦事處的紀錄還在。以後想再用，需要一封新的信。
screen-erase-everywhere =
    { $named ->
        [yes] 辦事處也刪掉{ $name }的臉部資料嗎？
       *[no] 辦事處也刪掉臉部資料嗎？
    }
    .spoken =
        { $named ->
            [yes] 您確認以後，辦事處會刪掉{ $name }的臉部資料，所有的手機都不能再辦。
           *[no] 您確認以後，辦事處會刪掉臉部資料，所有的手機都不能再辦。
        }
    .next = 以後就不再刷臉了。{ -other-road }
screen-erased = 已經刪掉了
    .spoken = 已經刪掉了。
    .next = 您不用再做什麼了。{ -other-road }

## 畫面：設定

screen-settings = 設定
    .spoken = 在這裡，可以把應用程式調成您習慣的樣子。
    .next = 都可以試試看，隨時能改回來。
screen-text-size = 字要多大？
    .spoken = 請選一下，字要多大。
    .next = 看起來不吃力的，就是好的。
screen-speech-rate = 話要怎麼說？
    .spoken = 請選一下，手機說話快一點，還是慢一點。
    .next = 手機說的話，螢幕上都有字。
screen-appearance = 淺色還是深色？
    .spoken = 請選一下，螢幕要淺色，還是深色。
    .next = 眼睛舒服的，就是好的。
screen-vibration = 讓手機震動嗎？
    .spoken = 請選一下，要不要讓手機震動。
    .next = 有變化的時候，手機會輕輕震一下。聽不清楚的時候，這樣很方便。

## 畫面：到府的承辦人員

screen-staff-name = 您的帳號
    .spoken = 請輸入您在辦事處的帳號。
    .next = 這裡是給承辦人員用的。要是不小心點進來了，按「返回」就好。
screen-staff-password = 您的密碼
    .spoken = 請輸入您的密碼。
screen-staff-code = 六位數驗證碼
    .spoken = 請輸入第二步的六位數驗證碼。
screen-staff-pin-new = 請訂六位數字
    .spoken = 請為這支手機訂六位數字。
    .next = 用它打開這支手機上的名單，十二小時內有效。
screen-staff-pin = 您訂的六位數字
    .spoken = 請輸入您為這支手機訂的六位數字。
screen-visits = 今天到府的名單
    .spoken = 這是今天到府的名單。
    .next = 點一個名字，就可以開始。
screen-visit =
    { $named ->
        [yes] 到府：{ $name }
       *[no] 這次到府
    }
    .spoken =
        { $named ->
            [yes] 這次到府，幫{ $name }辦。
           *[no] 這是這次到府的頁面。
        }
    .next = 先拍臉，再拍簽好的表，最後封存。
screen-visit-face = 請讓臉在圓框裡
    .spoken = 請拿好手機，讓臉在圓框裡。
    .next = 會拍好幾張。請讓對方面向亮處坐好。
screen-visit-form = 請拍簽好的表
    .spoken = 請拍簽好的表。
    .next = 把表平放在亮的地方，整張都要拍進去。
screen-visit-sealed = 這次到府已經封存
    .spoken = 這次到府已經封存在這支手機裡。
    .next = 誰都看不到裡面。請在七天之內，找有網路的地方送出。
screen-visits-sent = 送出的情形
    .spoken = 這是送出的情形。
    .next = 沒送出去的，還封存在這支手機裡，以後可以再送。

## 標籤：一頁一頁地走

label-back = 返回
label-home = 回到第一頁
label-say-again = 再說一遍
label-next = 下一步
label-done = 好了
label-skip = 以後再說
label-try-again = 再試一次
label-have-letter = 我有信
label-practise = 先試試看
label-at-office = 我是承辦人員
label-settings = 設定
label-for-myself = 幫自己辦
label-for-other = 幫別人辦
label-scan-letter = 拍方塊圖
label-type-code = 輸入那串代碼
label-no-letter = 我沒有信
label-open-camera = 打開相機
label-other-camera = 用另一個鏡頭
label-start = 開始
label-stop = 停下來
label-something-else = 換一個
label-open-system-settings = 打開手機的設定
label-other-way = 用其他辦法
label-call-office = 打電話給辦事處
label-agree = 我同意
label-disagree = 我不同意

## 標籤：幫一個人辦

label-certify =
    { $named ->
        [yes] 現在幫{ $name }認證
       *[no] 現在認證
    }
label-add-person = 再加一個人
label-more = 看看其他的
label-receipt = 看回執
label-receipts = 看所有的回執
label-share = 分享
label-print = 列印
label-history = 看辦事處的紀錄
label-remind = 提醒我
label-notify = 用手機通知
label-calendar = 記到行事曆裡
label-rename = 改稱呼
label-place = 在國內還是國外
label-place-home = 在國內
label-place-abroad = 在國外
label-consent = 看同意書
label-withdraw = 撤回同意
label-erase = 選要刪掉的
label-erase-here = 只從這支手機刪掉
label-erase-everywhere = 辦事處的也刪掉
label-keep = 維持原樣
label-phone-mine = 是我的，同意
label-phone-strange = 不是，我不認識
label-phone-asks = 另一支手機在等同意
label-send-now = 現在送出
label-look-again = 看看有沒有答覆

## 標籤：設定

label-language = 語言
label-text-size = 字的大小
label-text-large = 大
label-text-larger = 更大
label-text-largest = 最大
label-speech-rate = 說話的快慢
label-speech-slow = 慢一點
label-speech-usual = 和平常一樣
label-speech-fast = 快一點
label-speech-off = 不說話
label-appearance = 淺色或深色
label-appearance-system = 和手機一樣
label-appearance-light = 淺色
label-appearance-dark = 深色
label-vibration = 震動
label-yes = 是
label-no = 否

## 標籤：不刷臉的辦法、幫的是誰

label-road-counter = 到櫃檯
label-road-bank = 到銀行
label-road-form = 交一張表
label-road-video-call = 用視訊通話
label-road-visit = 請人到府
label-relation-parent = 爸爸或媽媽
label-relation-spouse = 先生或太太
label-relation-other-family = 其他親人
label-relation-neighbour = 鄰居
label-relation-other = 其他人

## 標籤：一行一行的內容

label-unnamed = 第 { $count } 位
label-counts-until = 有效期到 { $time }
label-due-by = 請認證，可以辦到 { $time }
label-opens-at = 可以認證的日子，從 { $time } 起
label-under-review = 辦事處有人正在看
label-road-asked = 已經告訴辦事處：{ $time }
label-unsent =
    { $count ->
        [0] 沒有等著送出的
       *[other] 有 { $count } 份等著送出
    }
label-alive-between = 健在時間：{ $time }
label-shown-by = 認證方式：{ $time }
label-receipt-number = 回執編號：{ $time }
label-phone-number = 電話號碼：{ $time }
label-nothing-yet = 這裡還沒有內容

## 標籤：到府的承辦人員

label-take-picture = 拍照
label-sign-in = 登入
label-sign-out = 登出
label-model-face = 拍臉
label-photograph-form = 拍簽好的表
label-seal-visit = 封存這次到府
label-send-visits = 送出到府的內容
label-pictures-taken =
    { $count ->
        [0] 還沒有拍
       *[other] 已經拍了 { $count } 張
    }
label-form-taken = 表已經拍好
label-visit-done = 這次到府已經封存

## 標籤：時間

label-moment = { label-day } { $hour }:{ $minute }
label-day = { $year }年{ $month }月{ $day }日
label-calendar-title =
    { $named ->
        [yes] 幫{ $name }辦資格認證
       *[no] 辦資格認證
    }
