### 每个页面上的话：值是大字标题，.spoken 是念出来的标题，.next 是接下来怎么做或者该知道的，看的和听的都是它。
### 标签写在按钮上，或者写在一项内容前面。一次只说一件事，不怪人，不催人。

## 页面：开头

screen-language = 您想用哪种语言？
    .spoken = 请选一种您习惯的语言。
    .next = 以后在设置里还可以换。
screen-welcome = 在家就能办资格认证
    .spoken = 欢迎您。资格认证一年办一次，在家就能办。
    .next = 请把办事处寄给您的信放在手边。随时可以停下来，不要紧。
screen-for-whom = 给谁办？
    .spoken = 请选一选，是给自己办，还是帮别人办。
    .next = 一部手机最多可以给五个人办。
screen-relation = 您在帮谁办？
    .spoken = 请选一选，您帮的是哪一位。
    .next = 请坐在旁边陪着。看摄像头、点“同意”，都由本人来。
screen-letter = 请拿出办事处的信
    .spoken = 请拿出办事处寄来的信。
    .next = 可以拍信上的方块图，也可以输入那串码，一共四组，每组四个。
screen-no-letter = 没有信也不要紧
    .spoken = 没有信也不要紧。
    .next = 请向办事处要一封，家里人去要也可以。{ -other-road }
screen-letter-scan = 请对准信上的方块图
    .spoken = 请把手机举到信的上方，对准方块图。
    .next = 把信平放在亮的地方，手机看清楚了，自己会认出来。
screen-office-address = 办事处的网址
    .spoken = 请输入办事处的网址。
    .next = 拍信上的方块图，就不用输入网址。不知道网址的话，{ -ask }
screen-letter-code = 信上的那串码
    .spoken = 请照着信输入那串码，一共四组，每组四个。
    .next = 大写小写都可以。慢慢来，不要紧。
screen-ready = 请面向窗户或灯光坐好
    .spoken = 请面向窗户或灯光坐好，把手机举到面前。
    .next =
        { $named ->
            [yes] 这次是给{ $name }办。您让它打开，摄像头才打开。不按“开始”，就什么都不会开始。
           *[no] 您让它打开，摄像头才打开。不按“开始”，就什么都不会开始。
        }

## 页面：摄像头

screen-look = 请看着摄像头
    .spoken = 请您看着摄像头。
screen-camera-denied = 这个应用还不能用摄像头
    .spoken = 这个应用还不能用摄像头。
    .next = 可以在手机的设置里允许它用，也可以请信得过的人帮忙。{ -other-road }
screen-camera-missing = 这里没有找到摄像头
    .spoken = 这里没有找到摄像头。
    .next = 可以换一部有摄像头的手机。{ -other-road }
screen-camera-lost = 摄像头停下来了
    .spoken = 摄像头停下来了，不要紧。
    .next = 请关掉别的在用摄像头的应用，再试一次。{ -other-road }
screen-working = 请稍等
    .spoken = 请您稍等一下，什么都不用按。
screen-practice-done = 就是这样，什么都没有送出去
    .spoken = 好了，就是这样，什么都没有送出去。
    .next = 想练几次都可以。信在手边了，就可以正式办。
screen-waiting = 这部手机正在等您同意
    .spoken = 这部手机正在等您同意。
    .next = 请在原来的手机上打开应用，点“同意”。原来的手机不在了，就打信上的电话。

## 页面：同意、称呼、结果

screen-consent = 请看一看，或者听一听
    .spoken = 请您慢慢看一看，或者听一听。
    .next = 每一件都可以不同意。不刷脸也能办，一样算数。
screen-consent-helper = 家人可以帮您办吗？
    .spoken = 您同意的话，家人可以用自己的手机帮您办。
    .next = 不同意也没关系，照样能认证。
screen-consent-numbers = 面部数据可以发到办事处吗？
    .spoken = 您同意的话，手机由您的面部算出的数据，会发到办事处比对。
    .next = 不同意也没关系，照样能认证。
screen-consent-pictures = 几张图像可以发到办事处吗？
    .spoken = 您同意的话，拍到的图像会发到办事处，最多五张。
    .next = 不同意也没关系，照样能认证。
screen-consent-keeping = 办事处可以保存一段时间吗？
    .spoken = 您同意的话，办事处会密封保存这些数据和图像，最长一百八十天，到期就删除。
    .next = 不同意也没关系，照样能认证。
screen-consent-refused = 您没有同意，没关系
    .spoken = 您没有同意，没关系。
    .next = 养老金不受影响。{ -other-road }
screen-name-person = 手机上怎么称呼？
    .spoken = 请输入一个称呼，您自己的，或者您帮的那一位的。
    .next = 称呼只留在这部手机里，小名也可以。
screen-result = 办得怎么样
    .spoken = 这次办得怎么样，都在这里。
screen-trouble = 这次还没有办成
    .spoken = 这次还没有办成，不要紧。

## 页面：这部手机上的人

screen-people = 在这部手机上办的人
    .spoken = 这些是在这部手机上办的人。
    .next = 点一个称呼，就能看到办得怎么样了。
screen-person =
    { $named ->
        [yes] { $name }
       *[no] 资格认证
    }
    .spoken =
        { $named ->
            [yes] 这是{ $name }的页面。
           *[no] 这是资格认证的页面。
        }
    .next = 这里能看到办得怎么样了，还能办什么。慢慢来，不要紧。
screen-more =
    { $named ->
        [yes] 还能帮{ $name }办的事
       *[no] 还能办的事
    }
    .spoken =
        { $named ->
            [yes] 这里是还能帮{ $name }办的事。
           *[no] 这里是还能办的事。
        }
    .next = 您随便看，看一看什么都不会改变。
screen-receipts =
    { $named ->
        [yes] { $name }的回执
       *[no] 所有的回执
    }
    .spoken =
        { $named ->
            [yes] 这里是{ $name }的回执。
           *[no] 这里是所有的回执。
        }
    .next = 回执存在这部手机里，您不用再做什么。
screen-receipt =
    { $named ->
        [yes] { $name }的这张回执
       *[no] 这张回执
    }
    .spoken =
        { $named ->
            [yes] 这是{ $name }的一张回执。
           *[no] 这是一张回执。
        }
    .next = 可以分享，也可以打印。谁都能核对，不联网也行。
screen-history = 办事处的记录
    .spoken =
        { $named ->
            [yes] 这是办事处里{ $name }的记录。
           *[no] 这是办事处的记录。
        }
    .next = 如果觉得哪里不对，{ -ask }

## 页面：不刷脸的办法、提醒

screen-other-road = 别的办法也一样算数
    .spoken = 还有别的办法，也一样算数。
    .next = 可以去柜台、去银行、交一张表、打视频电话，也可以请人上门。想用哪一个，告诉办事处就好。
screen-other-road-asked = 办事处知道了
    .spoken = 谢谢您，办事处知道了。
    .next = 会有工作人员和您联系。想问一问，可以打信上的电话。
screen-call = 给办事处打电话
    .spoken = 您可以给办事处打电话，会有人帮您。
    .next = 号码也印在信上。打电话的时候，请把信放在手边。
screen-reminder = 要不要提醒您？
    .spoken = 快到日子的时候，这部手机可以提醒您。
    .next = 可以用手机通知，也可以记到日历里。
screen-reminder-set = 提醒设好了
    .spoken = 提醒已经设好了。
    .next = 手机会替您记着，您不用惦记。

## 页面：另一部手机、等着发送的、在哪里

screen-other-phone =
    { $named ->
        [yes] 另一部手机想给{ $name }办认证，是您的吗？
       *[no] 另一部手机想办认证，是您的吗？
    }
    .spoken =
        { $named ->
            [yes] 另一部手机想给{ $name }办认证。请选一选，是不是您的。
           *[no] 另一部手机想办认证。请选一选，是不是您的。
        }
    .next = 不认识的话，就说不是。它进不来，您这里什么都不会变。
screen-other-phone-done = 已经照您说的办了
    .spoken = 谢谢您，已经照您说的办了。
    .next = 以后想改的话，{ -ask }
screen-unsent = 等着发送的
    .spoken = 这些还等着发送到办事处。
    .next = 它们好好地存在手机里，送到办事处才算数。有网络的话，现在就可以发送。
screen-sent = 办事处都收到了
    .spoken = 没有等着发送的了，办事处都收到了。
    .next = 回到第一页，就能看到办得怎么样了。
screen-place =
    { $named ->
        [yes] { $name }在国内还是国外？
       *[no] 人在国内还是国外？
    }
    .spoken =
        { $named ->
            [yes] 请选一选，{ $name }现在在国内，还是在国外。
           *[no] 请选一选，人现在在国内，还是在国外。
        }
    .next = 日期会按当地的时间显示。不需要国内的手机号。

## 页面：撤回、删除

screen-withdraw =
    { $named ->
        [yes] 要撤回{ $name }的同意吗？
       *[no] 要撤回同意吗？
    }
    .spoken =
        { $named ->
            [yes] { $name }的同意，可以撤回。
           *[no] 同意过的，可以撤回。
        }
    .next = 撤回以后，办事处因此保存的内容会删掉，认证照样能办。
screen-withdrawn = 同意已经撤回了
    .spoken = 同意已经撤回了。
    .next = 办事处因此保存的内容会删掉，认证照样能办。
screen-erase = 要删掉什么？
    .spoken = 请选一选，要删掉什么。
    .next = 您确认以前，什么都不会删。也可以保持原样。
screen-erase-here =
    { $named ->
        [yes] 从这部手机删掉{ $name }的内容吗？
       *[no] 从这部手机删掉这个人的内容吗？
    }
    .spoken =
        { $named ->
            [yes] 您确认以后，这部手机会删掉{ $name }的内容。
           *[no] 您确认以后，这部手机会删掉这个人的内容。
        }
    .next = 办事处的记录还在。以后想再用，需要一封新的信。
screen-erase-everywhere =
    { $named ->
        [yes] 办事处也删掉{ $name }的面部数据吗？
       *[no] 办事处也删掉面部数据吗？
    }
    .spoken =
        { $named ->
            [yes] 您确认以后，办事处会删掉{ $name }的面部数据，所有的手机都不能再办。
           *[no] 您确认以后，办事处会删掉面部数据，所有的手机都不能再办。
        }
    .next = 以后就不再刷脸了。{ -other-road }
screen-erased = 已经删掉了
    .spoken = 已经删掉了。
    .next = 您不用再做什么了。{ -other-road }

## 页面：设置

screen-settings = 设置
    .spoken = 在这里，可以把应用设成您习惯的样子。
    .next = 都可以试一试，随时能改回来。
screen-text-size = 字要多大？
    .spoken = 请选一选，字要多大。
    .next = 看着不费力的，就是好的。
screen-speech-rate = 话要怎么说？
    .spoken = 请选一选，手机说话快一点，还是慢一点。
    .next = 手机说的话，屏幕上都有字。
screen-appearance = 浅色还是深色？
    .spoken = 请选一选，屏幕要浅色，还是深色。
    .next = 眼睛舒服的，就是好的。
screen-vibration = 让手机振动吗？
    .spoken = 请选一选，要不要让手机振动。
    .next = 有变化的时候，手机会轻轻振一下。听不清的时候，这样很方便。

## 页面：上门的工作人员

screen-staff-name = 您的登录名
    .spoken = 请输入您在办事处的登录名。
    .next = 这里是给工作人员用的。要是不小心点进来了，按“返回”就好。
screen-staff-password = 您的密码
    .spoken = 请输入您的密码。
screen-staff-code = 六位验证码
    .spoken = 请输入第二步的六位验证码。
screen-staff-pin-new = 请定六位数字
    .spoken = 请为这部手机定六位数字。
    .next = 用它打开这部手机上的名单，十二小时内有效。
screen-staff-pin = 您定的六位数字
    .spoken = 请输入您为这部手机定的六位数字。
screen-visits = 今天上门的名单
    .spoken = 这是今天上门的名单。
    .next = 点一个名字，就可以开始。
screen-visit =
    { $named ->
        [yes] 上门：{ $name }
       *[no] 这次上门
    }
    .spoken =
        { $named ->
            [yes] 这次上门，给{ $name }办。
           *[no] 这是这次上门的页面。
        }
    .next = 先拍脸，再拍签好的表，最后封存。
screen-visit-face = 请让脸在圆框里
    .spoken = 请拿好手机，让脸在圆框里。
    .next = 会拍好几张。请让对方面向光亮坐好。
screen-visit-form = 请拍签好的表
    .spoken = 请拍签好的表。
    .next = 把表平放在亮的地方，整张都要拍进去。
screen-visit-sealed = 这次上门已经封存
    .spoken = 这次上门已经封存在这部手机里。
    .next = 谁都看不到里面。请在七天之内，找有网络的地方发送。
screen-visits-sent = 发送的情况
    .spoken = 这是发送的情况。
    .next = 没发出去的，还封存在这部手机里，以后可以再发。

## 标签：一页一页地走

label-back = 返回
label-home = 回到第一页
label-say-again = 再说一遍
label-next = 下一步
label-done = 好了
label-skip = 以后再说
label-try-again = 再试一次
label-have-letter = 我有信
label-practise = 先试一试
label-at-office = 我是工作人员
label-settings = 设置
label-for-myself = 给自己办
label-for-other = 帮别人办
label-scan-letter = 拍方块图
label-type-code = 输入那串码
label-no-letter = 我没有信
label-open-camera = 打开摄像头
label-other-camera = 用另一个摄像头
label-start = 开始
label-stop = 停下来
label-something-else = 换一个
label-open-system-settings = 打开手机的设置
label-other-way = 用别的办法
label-call-office = 给办事处打电话
label-agree = 我同意
label-disagree = 我不同意

## 标签：给一个人办

label-certify =
    { $named ->
        [yes] 现在给{ $name }认证
       *[no] 现在认证
    }
label-add-person = 再加一个人
label-more = 看看别的
label-receipt = 看回执
label-receipts = 看所有的回执
label-share = 分享
label-print = 打印
label-history = 看办事处的记录
label-remind = 提醒我
label-notify = 用手机通知
label-calendar = 记到日历里
label-rename = 改称呼
label-place = 在国内还是国外
label-place-home = 在国内
label-place-abroad = 在国外
label-consent = 看同意书
label-withdraw = 撤回同意
label-erase = 选要删掉的
label-erase-here = 只从这部手机删掉
label-erase-everywhere = 办事处的也删掉
label-keep = 保持原样
label-phone-mine = 是我的，同意
label-phone-strange = 不是，我不认识
label-phone-asks = 另一部手机在等同意
label-send-now = 现在发送
label-look-again = 看看有没有答复

## 标签：设置

label-language = 语言
label-text-size = 字的大小
label-text-large = 大
label-text-larger = 更大
label-text-largest = 最大
label-speech-rate = 说话的快慢
label-speech-slow = 慢一点
label-speech-usual = 和平常一样
label-speech-fast = 快一点
label-speech-off = 不说话
label-appearance = 浅色或深色
label-appearance-system = 和手机一样
label-appearance-light = 浅色
label-appearance-dark = 深色
label-vibration = 振动
label-yes = 是
label-no = 否

## 标签：不刷脸的办法、帮的是谁

label-road-counter = 去柜台
label-road-bank = 去银行
label-road-form = 交一张表
label-road-video-call = 打视频电话
label-road-visit = 请人上门
label-relation-parent = 父亲或母亲
label-relation-spouse = 老伴
label-relation-other-family = 别的亲人
label-relation-neighbour = 邻居
label-relation-other = 别的人

## 标签：一行一行的内容

label-unnamed = 第 { $count } 位
label-counts-until = 有效期到 { $time }
label-due-by = 请认证，可以办到 { $time }
label-opens-at = 可以认证的日子，从 { $time } 起
label-under-review = 办事处有人正在看
label-road-asked = 已经告诉办事处：{ $time }
label-unsent =
    { $count ->
        [0] 没有等着发送的
       *[other] 有 { $count } 份等着发送
    }
label-alive-between = 健在时间：{ $time }
label-shown-by = 认证方式：{ $time }
label-receipt-number = 回执编号：{ $time }
label-phone-number = 电话号码：{ $time }
label-nothing-yet = 这里还没有内容

## 标签：上门的工作人员

label-take-picture = 拍照
label-sign-in = 登录
label-sign-out = 退出登录
label-model-face = 拍脸
label-photograph-form = 拍签好的表
label-seal-visit = 封存这次上门
label-send-visits = 发送上门的内容
label-pictures-taken =
    { $count ->
        [0] 还没有拍
       *[other] 已经拍了 { $count } 张
    }
label-form-taken = 表已经拍好
label-visit-done = 这次上门已经封存

## 标签：时间

label-moment = { label-day } { $hour }:{ $minute }
label-day = { $year }年{ $month }月{ $day }日
label-calendar-title =
    { $named ->
        [yes] 给{ $name }办资格认证
       *[no] 办资格认证
    }
