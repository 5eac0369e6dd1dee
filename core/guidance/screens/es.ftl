### Las palabras de las pantallas: el valor es el título en letra grande, .spoken es lo mismo dicho en
### voz alta, .next es lo que sigue o lo que es bueno saber. Las etiquetas están en los botones o delante
### de un dato. Una cosa cada vez; sin prisa y sin culpa.

## Pantallas: el comienzo

screen-language = ¿Qué idioma prefiere?
    .spoken = Por favor, elija su idioma.
    .next = Después puede cambiarlo en los ajustes.
screen-welcome = Su fe de vida anual, desde casa
    .spoken = Le damos la bienvenida. Aquí da su fe de vida una vez al año, desde casa.
    .next = Por favor, tenga a mano la carta de la oficina de pensiones. Puede parar cuando quiera.
screen-for-whom = ¿Para quién es?
    .spoken = Por favor, elija para quién es: para usted o para otra persona.
    .next = Un mismo teléfono sirve hasta para cinco personas.
screen-relation = ¿A quién ayuda usted?
    .spoken = Por favor, elija a quién ayuda usted.
    .next = Siéntese a su lado, por favor. Es esa persona quien mira a la cámara y quien dice que sí.
screen-letter = Tome la carta, por favor.
    .spoken = Por favor, tome la carta de la oficina.
    .next = Puede fotografiar el dibujo cuadrado o escribir el código: cuatro grupos de cuatro.
screen-no-letter = ¿No tiene la carta? No importa.
    .spoken = Todavía no tiene la carta. No importa.
    .next = Por favor, pida una a la oficina. También puede pedirla su familia. { -other-road }
screen-letter-scan = Ponga el teléfono sobre el dibujo cuadrado.
    .spoken = Por favor, ponga el teléfono sobre la carta, de modo que el dibujo cuadrado quede en la imagen.
    .next = Deje la carta plana, con buena luz. El dibujo se lee solo.
screen-office-address = La dirección de la oficina en internet
    .spoken = Por favor, escriba la dirección de la oficina en internet.
    .next = Si fotografía el dibujo de la carta, no tiene que escribirla. Si no la conoce: { -ask }
screen-letter-code = El código de la carta
    .spoken = Por favor, escriba el código de la carta: cuatro grupos de cuatro.
    .next = Sirven mayúsculas y minúsculas. Tómese su tiempo.
screen-ready = Siéntese frente a una ventana o una lámpara.
    .spoken = Por favor, siéntese frente a una ventana o una lámpara y ponga el teléfono delante de usted.
    .next =
        { $named ->
            [yes] Es para { $name }. La cámara se abre cuando usted lo diga. Nada empieza hasta que pulse Comenzar.
           *[no] La cámara se abre cuando usted lo diga. Nada empieza hasta que pulse Comenzar.
        }

## Pantallas: la cámara

screen-look = Mire a la cámara, por favor.
    .spoken = Por favor, mire a la cámara.
screen-camera-denied = La aplicación todavía no puede usar la cámara.
    .spoken = Esta aplicación todavía no puede usar la cámara.
    .next = Puede permitirlo en los ajustes del teléfono o pedir ayuda a alguien de confianza. { -other-road }
screen-camera-missing = Aquí no se encuentra ninguna cámara.
    .spoken = Aquí no se encuentra ninguna cámara.
    .next = Puede usar otro teléfono que la tenga. { -other-road }
screen-camera-lost = La cámara se ha detenido.
    .spoken = La cámara se ha detenido. No importa.
    .next = Por favor, cierre otras aplicaciones que usen la cámara y pruebe otra vez. { -other-road }
screen-working = Un momento, por favor.
    .spoken = Un momento, por favor. No tiene que pulsar nada.
screen-practice-done = Eso es todo. No se envió nada.
    .spoken = Muy bien, eso es todo. No se envió nada.
    .next = Puede practicar cuantas veces quiera. Con la carta a mano, ya puede empezar.
screen-waiting = Este teléfono espera su permiso.
    .spoken = Este teléfono espera su permiso.
    .next = Por favor, abra la aplicación en su teléfono anterior y diga que sí. Si ya no lo tiene, llame al teléfono de su carta.

## Pantallas: el consentimiento, el nombre, el resultado

screen-consent = Lea esto con calma o escúchelo.
    .spoken = Por favor, lea esto con calma o escúchelo.
    .next = Puede decir que no a cada punto. También se puede hacer sin la cara, y vale lo mismo.
screen-consent-helper = ¿Puede ayudarle su familia?
    .spoken = Su familia puede ayudarle con su teléfono, si usted está de acuerdo.
    .next = Puede decir que no y dar la fe de vida igual.
screen-consent-numbers = ¿Pueden ir los números de su cara a la oficina?
    .spoken = Los números que el teléfono saca de su cara van a la oficina y se comparan allí, si usted está de acuerdo.
    .next = Puede decir que no y dar la fe de vida igual.
screen-consent-pictures = ¿Pueden ir unas imágenes a la oficina?
    .spoken = Hasta cinco imágenes de una mirada van a la oficina, si usted está de acuerdo.
    .next = Puede decir que no y dar la fe de vida igual.
screen-consent-keeping = ¿Puede guardarlos la oficina un tiempo?
    .spoken = La oficina guarda los números y las imágenes bajo sello, como mucho 180 días, si usted está de acuerdo. Después se borran.
    .next = Puede decir que no y dar la fe de vida igual.
screen-consent-refused = Usted dijo que no. Está bien.
    .spoken = Usted dijo que no, y está bien.
    .next = Su pensión no depende de ello. { -other-road }
screen-name-person = ¿Qué nombre ponemos aquí?
    .spoken = Por favor, escriba un nombre para este teléfono: el suyo o el de la persona a la que ayuda.
    .next = El nombre se queda en este teléfono. También sirve un nombre cariñoso.
screen-result = Cómo ha terminado
    .spoken = Así ha terminado.
screen-trouble = Todavía no ha salido.
    .spoken = Todavía no ha salido. No importa.

## Pantallas: las personas de este teléfono

screen-people = Las personas de este teléfono
    .spoken = Estas son las personas de este teléfono.
    .next = Elija un nombre para ver cómo está todo.
screen-person =
    { $named ->
        [yes] { $name }
       *[no] Fe de vida
    }
    .spoken =
        { $named ->
            [yes] Esta es la página de { $name }.
           *[no] Esta es la página de la fe de vida.
        }
    .next = Aquí ve cómo está todo y qué puede hacer. Tómese su tiempo.
screen-more =
    { $named ->
        [yes] Más para { $name }
       *[no] Qué más puede hacer
    }
    .spoken =
        { $named ->
            [yes] Aquí está lo que también puede hacer para { $name }.
           *[no] Aquí está lo que también puede hacer.
        }
    .next = Puede mirarlo todo. Por mirar no cambia nada.
screen-receipts =
    { $named ->
        [yes] Los recibos de { $name }
       *[no] Los recibos
    }
    .spoken =
        { $named ->
            [yes] Aquí están los recibos de { $name }.
           *[no] Aquí están los recibos.
        }
    .next = Los recibos se guardan en este teléfono. No tiene que hacer nada con ellos.
screen-receipt =
    { $named ->
        [yes] El recibo de { $name }
       *[no] El recibo
    }
    .spoken =
        { $named ->
            [yes] Este es el recibo de { $name }.
           *[no] Este es el recibo.
        }
    .next = Puede compartirlo o imprimirlo. Cualquiera puede comprobarlo, también sin red.
screen-history = Lo que consta en la oficina
    .spoken =
        { $named ->
            [yes] Esto es lo que consta en la oficina sobre { $name }.
           *[no] Esto es lo que consta en la oficina.
        }
    .next = Si algo le parece extraño: { -ask }

## Pantallas: otras maneras, avisos

screen-other-road = Hay otras maneras, y valen lo mismo.
    .spoken = Hay otras maneras, y valen lo mismo.
    .next = En la ventanilla, en el banco, con un formulario, por videollamada o con una visita en casa. Diga a la oficina cuál prefiere.
screen-other-road-asked = La oficina ya lo sabe.
    .spoken = Gracias. La oficina ya lo sabe.
    .next = Alguien se pondrá en contacto con usted. Si quiere preguntar, el teléfono está en su carta.
screen-call = Llamar a la oficina
    .spoken = Puede llamar a la oficina. Allí le ayudarán.
    .next = El número está también en su carta. Por favor, tenga la carta a mano cuando llame.
screen-reminder = ¿Quiere que se lo recordemos?
    .spoken = Este teléfono puede recordárselo con tiempo.
    .next = Puede ser con un aviso en este teléfono o con una nota en su calendario.
screen-reminder-set = El aviso está puesto.
    .spoken = El aviso está puesto.
    .next = El teléfono se acordará. Usted no tiene que pensar en ello.

## Pantallas: otro teléfono, lo que espera, el lugar

screen-other-phone =
    { $named ->
        [yes] Otro teléfono pide permiso para { $name }. ¿Es suyo?
       *[no] Otro teléfono pide permiso. ¿Es suyo?
    }
    .spoken =
        { $named ->
            [yes] Otro teléfono pide permiso para dar la fe de vida de { $name }. Por favor, elija si es suyo o no.
           *[no] Otro teléfono pide permiso para dar la fe de vida. Por favor, elija si es suyo o no.
        }
    .next = Si no lo conoce, diga que no. Se queda fuera, y para usted no cambia nada.
screen-other-phone-done = Está hecho, como usted dijo.
    .spoken = Gracias. Está hecho, como usted dijo.
    .next = Si después cambia de idea: { -ask }
screen-unsent = Por enviar
    .spoken = Esto todavía espera ser enviado a la oficina.
    .next = Está seguro en este teléfono y vale cuando lo tenga la oficina. Si hay red, puede enviarlo ahora.
screen-sent = La oficina lo tiene todo.
    .spoken = Ya no espera nada. La oficina lo tiene todo.
    .next = En la primera página ve cómo está todo.
screen-place =
    { $named ->
        [yes] ¿{ $name } está en el país o en el extranjero?
       *[no] ¿En el país o en el extranjero?
    }
    .spoken =
        { $named ->
            [yes] Por favor, elija si { $name } está en el país o en el extranjero.
           *[no] Por favor, elija: en el país o en el extranjero.
        }
    .next = Las fechas se muestran con la hora del lugar. No hace falta un número de teléfono del país.

## Pantallas: retirar, borrar

screen-withdraw =
    { $named ->
        [yes] ¿Retirar el consentimiento de { $name }?
       *[no] ¿Retirar el consentimiento?
    }
    .spoken =
        { $named ->
            [yes] Puede retirar el consentimiento de { $name }.
           *[no] Puede retirar el consentimiento.
        }
    .next = La oficina borra entonces lo que guardó con él. Podrá seguir dando la fe de vida.
screen-withdrawn = El consentimiento está retirado.
    .spoken = El consentimiento está retirado.
    .next = La oficina borra lo que guardó con él. Puede seguir dando la fe de vida.
screen-erase = ¿Qué quiere borrar?
    .spoken = Por favor, elija qué quiere borrar.
    .next = No se borra nada hasta que usted lo confirme. También puede dejarlo todo como está.
screen-erase-here =
    { $named ->
        [yes] ¿Quiere que este teléfono olvide a { $name }?
       *[no] ¿Quiere que este teléfono olvide a esta persona?
    }
    .spoken =
        { $named ->
            [yes] Si usted lo confirma, este teléfono olvida a { $name }.
           *[no] Si usted lo confirma, este teléfono olvida a esta persona.
        }
    .next = La oficina conserva lo que tiene. Para volver hace falta una carta nueva.
screen-erase-everywhere =
    { $named ->
        [yes] ¿Borrar también en la oficina la cara de { $name }?
       *[no] ¿Borrar también en la oficina la cara?
    }
    .spoken =
        { $named ->
            [yes] Si usted lo confirma, la oficina borra la cara de { $name } y ningún teléfono puede entrar ya.
           *[no] Si usted lo confirma, la oficina borra la cara y ningún teléfono puede entrar ya.
        }
    .next = La cara ya no se usa más. { -other-road }
screen-erased = Está borrado.
    .spoken = Está borrado.
    .next = No tiene que hacer nada más. { -other-road }

## Pantallas: ajustes

screen-settings = Ajustes
    .spoken = Aquí puede poner la aplicación a su gusto.
    .next = Puede probarlo todo. Siempre se puede volver a como estaba.
screen-text-size = ¿De qué tamaño quiere la letra?
    .spoken = Por favor, elija el tamaño de la letra.
    .next = Elija la que pueda leer sin esfuerzo.
screen-speech-rate = ¿Cómo quiere que hable el teléfono?
    .spoken = Por favor, elija cómo quiere que hable el teléfono.
    .next = Todo lo que dice está también escrito en la pantalla.
screen-appearance = ¿Claro u oscuro?
    .spoken = Por favor, elija la pantalla clara o la oscura.
    .next = Elija la que le descanse la vista.
screen-vibration = ¿Quiere que el teléfono vibre?
    .spoken = Por favor, elija si quiere que el teléfono vibre.
    .next = Entonces tiembla un momento cuando algo ha cambiado. Ayuda a quien no oye bien.

## Pantallas: visitas a domicilio

screen-staff-name = Su nombre en la oficina
    .spoken = Por favor, escriba su nombre tal como lo tiene la oficina.
    .next = Esto es para quienes trabajan en la oficina. Si ha llegado aquí por casualidad, pulse Volver.
screen-staff-password = Su contraseña
    .spoken = Por favor, escriba su contraseña.
screen-staff-code = Su código de seis cifras
    .spoken = Por favor, escriba las seis cifras de su segundo factor.
screen-staff-pin-new = Elija seis cifras.
    .spoken = Por favor, elija seis cifras para este teléfono.
    .next = Abren la lista en este teléfono durante 12 horas.
screen-staff-pin = Sus seis cifras
    .spoken = Por favor, escriba las seis cifras que eligió para este teléfono.
screen-visits = Las visitas de hoy
    .spoken = Estas son las visitas de hoy.
    .next = Elija un nombre para empezar.
screen-visit =
    { $named ->
        [yes] Visita a { $name }
       *[no] Visita
    }
    .spoken =
        { $named ->
            [yes] Esta es la visita a { $name }.
           *[no] Esta es la visita.
        }
    .next = Fotografíe primero la cara y después el formulario firmado. Al final, selle la visita.
screen-visit-face = La cara, dentro del óvalo.
    .spoken = Por favor, ponga el teléfono de modo que la cara quede dentro del óvalo.
    .next = Se hacen varias fotos. Por favor, que la persona se siente de cara a la luz.
screen-visit-form = Fotografíe el formulario firmado.
    .spoken = Por favor, fotografíe el formulario firmado.
    .next = Déjelo plano, con buena luz y con la hoja entera en la imagen.
screen-visit-sealed = La visita está sellada.
    .spoken = La visita está sellada en este teléfono.
    .next = Nadie puede ver lo que hay dentro. Por favor, envíela antes de siete días, donde haya red.
screen-visits-sent = Cómo fue el envío
    .spoken = Así fue el envío.
    .next = Lo que no se envió sigue sellado en este teléfono. Se puede enviar después.

## Etiquetas: de página en página

label-back = Volver
label-home = Ir a la primera página
label-say-again = Decirlo otra vez
label-next = Seguir
label-done = Listo
label-skip = Ahora no
label-try-again = Probar otra vez
label-have-letter = Tengo la carta
label-practise = Probar primero
label-at-office = Trabajo en la oficina
label-settings = Ajustes
label-for-myself = Para mí
label-for-other = Para otra persona
label-scan-letter = Fotografiar el dibujo
label-type-code = Escribir el código
label-no-letter = No tengo la carta
label-open-camera = Abrir la cámara
label-other-camera = Usar la otra cámara
label-start = Comenzar
label-stop = Parar
label-something-else = Otra cosa
label-open-system-settings = Abrir ajustes del teléfono
label-other-way = Elegir otra manera
label-call-office = Llamar a la oficina
label-agree = Estoy de acuerdo
label-disagree = No estoy de acuerdo

## Etiquetas: para una persona

label-certify =
    { $named ->
        [yes] Fe de vida de { $name }
       *[no] Dar fe de vida ahora
    }
label-add-person = Añadir a una persona
label-more = Ver más
label-receipt = Ver el recibo
label-receipts = Ver todos los recibos
label-share = Compartir
label-print = Imprimir
label-history = Ver lo que consta
label-remind = Recordármelo
label-notify = Avisar en este teléfono
label-calendar = Apuntar en el calendario
label-rename = Cambiar el nombre
label-place = En el país o fuera
label-place-home = En el país
label-place-abroad = En el extranjero
label-consent = Leer el consentimiento
label-withdraw = Retirar el consentimiento
label-erase = Elegir qué borrar
label-erase-here = Borrar de este teléfono
label-erase-everywhere = Borrar la cara también
label-keep = Dejarlo como está
label-phone-mine = Sí, es mío
label-phone-strange = No, no lo conozco
label-phone-asks = Otro teléfono pregunta
label-send-now = Enviar ahora
label-look-again = Ver si hay respuesta

## Etiquetas: ajustes

label-language = Idioma
label-text-size = Tamaño de la letra
label-text-large = Grande
label-text-larger = Más grande
label-text-largest = La más grande
label-speech-rate = Voz
label-speech-slow = Despacio
label-speech-usual = Como siempre
label-speech-fast = Más rápido
label-speech-off = Sin voz
label-appearance = Claro u oscuro
label-appearance-system = Como el teléfono
label-appearance-light = Claro
label-appearance-dark = Oscuro
label-vibration = Vibración
label-yes = Sí
label-no = No

## Etiquetas: otras maneras, a quién se ayuda

label-road-counter = En la ventanilla
label-road-bank = En el banco
label-road-form = Con un formulario
label-road-video-call = Por videollamada
label-road-visit = Con una visita en casa
label-relation-parent = Mi madre o mi padre
label-relation-spouse = Mi esposa o mi esposo
label-relation-other-family = Otro familiar
label-relation-neighbour = Alguien del vecindario
label-relation-other = Otra persona

## Etiquetas: líneas

label-unnamed = Persona { $count }
label-counts-until = Vale hasta el { $time }
label-due-by = Puede dar la fe de vida hasta el { $time }
label-opens-at = Puede dar la fe de vida desde el { $time }
label-under-review = Una persona de la oficina lo está mirando
label-road-asked = Se ha pedido otra manera: { $time }
label-unsent =
    { $count ->
        [0] No queda nada por enviar
        [one] Queda una por enviar
       *[other] Quedan { $count } por enviar
    }
label-alive-between = Con vida en este tiempo: { $time }
label-shown-by = Demostrado por { $time }
label-receipt-number = Número del recibo: { $time }
label-phone-number = Número de teléfono: { $time }
label-nothing-yet = Aquí todavía no hay nada

## Etiquetas: visitas a domicilio

label-take-picture = Hacer la foto
label-sign-in = Entrar
label-sign-out = Salir
label-model-face = Fotografiar la cara
label-photograph-form = Fotografiar el formulario
label-seal-visit = Sellar la visita
label-send-visits = Enviar las visitas
label-pictures-taken =
    { $count ->
        [0] Todavía no hay fotos
        [one] Hay una foto
       *[other] Hay { $count } fotos
    }
label-form-taken = El formulario está fotografiado
label-visit-done = La visita está sellada

## Etiquetas: tiempos

label-moment = { label-day }, { $hour }:{ $minute }
label-day =
    { $day } de { $month ->
        [1] enero
        [2] febrero
        [3] marzo
        [4] abril
        [5] mayo
        [6] junio
        [7] julio
        [8] agosto
        [9] septiembre
        [10] octubre
        [11] noviembre
       *[12] diciembre
    } de { $year }
label-calendar-title =
    { $named ->
        [yes] Fe de vida de { $name }
       *[no] Fe de vida para la pensión
    }
