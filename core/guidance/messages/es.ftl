### Lo que la persona lee y oye: el valor se muestra, .spoken se dice en voz alta, .next es el paso
### siguiente, que se muestra y se dice. Una cosa cada vez, sin culpas y sin apuros.

-ask = Por favor, llame a la oficina. El teléfono está en su carta.
-other-road = También puede hacerlo sin la cámara: en la ventanilla, en el banco, con un formulario o por videollamada.

## Indicaciones

prompt-find-face = Ponga el teléfono delante de usted, con la cara dentro del óvalo.
    .spoken = Por favor, ponga el teléfono delante de usted, de modo que su cara quede dentro del óvalo de la pantalla.
prompt-one-person = Una sola persona en la imagen, por favor.
    .spoken = Hay más de una cara en la imagen. Por favor, que mire a la cámara una sola persona.
prompt-come-closer = Acérquese un poco, por favor.
    .spoken = Por favor, acérquese un poco a la cámara.
prompt-move-back = Aléjese un poco, por favor.
    .spoken = Por favor, aléjese un poco de la cámara.
prompt-centre = Póngase en el centro, por favor.
    .spoken = Por favor, ponga la cara en el centro de la imagen.
prompt-look-straight = Mire de frente a la cámara, por favor.
    .spoken = Por favor, mire de frente a la cámara.
prompt-more-light = Un poco más de luz, por favor.
    .spoken = Está un poco oscuro. Por favor, gírese hacia una ventana o encienda una lámpara.
prompt-less-light = Apártese un poco de la luz fuerte, por favor.
    .spoken = Hay mucha luz. Por favor, apártese un poco de la luz fuerte.
prompt-hold-steady = No mueva el teléfono, por favor.
    .spoken = Por favor, no mueva el teléfono. Puede apoyar los brazos en una mesa.
prompt-open-eyes = Tenga los ojos abiertos, por favor. Puede parpadear.
    .spoken = Por favor, tenga los ojos abiertos. Puede parpadear como quiera.
prompt-press-start = Todo está bien. Pulse Comenzar cuando quiera.
    .spoken = Todo está bien. Cuando usted quiera, pulse Comenzar.
prompt-keep-looking = Siga mirando a la cámara, así como está.
    .spoken = Muy bien. Siga mirando a la cámara, así como está.
prompt-little-longer = Un poco más. Todo va bien.
    .spoken = Mire un poco más, por favor. Todo va bien.
prompt-look-done = Gracias. Ya puede descansar.
    .spoken = Muchas gracias. Ya puede dejar de mirar y descansar.
prompt-sending = Se está enviando a la oficina. Espere un momento, por favor.
    .spoken = Se está enviando a la oficina. Espere un momento, por favor.
prompt-welcome-back = Qué bueno verle de nuevo. Pulse Comenzar cuando quiera.
    .spoken = Qué bueno verle de nuevo. Empezamos otra vez desde el principio. Cuando usted quiera, pulse Comenzar.
prompt-face-light = Por favor, gírese para que la luz le dé en la cara.
    .spoken = La luz le viene por detrás. Por favor, gírese un poco, para que la ventana o la lámpara queden delante de usted.
prompt-uncover-face = Por favor, deje ver toda la cara.
    .spoken = Algo le tapa una parte de la cara. Si puede, quíteselo un momento, por favor.
prompt-uncover-eyes = Por favor, deje ver los ojos.
    .spoken = No se le ven bien los ojos. Si lleva gafas o lentes oscuros, o un sombrero, quíteselos un momento, por favor. Sus gafas de siempre puede dejárselas.
prompt-wipe-camera = Por favor, limpie la cámara con un paño suave.
    .spoken = La imagen no se ve del todo clara. Por favor, limpie la cámara con un paño suave.
prompt-other-road = Tómese su tiempo. También se puede hacer sin la cámara.
    .spoken = Tómese su tiempo y pruebe cuantas veces quiera. { -other-road }
prompt-act-come-closer = Por favor, acérquese un poco, despacio.
    .spoken = Por favor, acérquese un poco a la cámara, despacio. Si le cuesta, pulse Otra cosa.
prompt-act-turn = Por favor, gire un poco la cabeza, a la izquierda o a la derecha.
    .spoken = Por favor, gire un poco la cabeza, hacia el lado que le resulte más cómodo. Si le cuesta, pulse Otra cosa.
prompt-act-blink = Por favor, cierre los ojos un momento y vuelva a abrirlos.
    .spoken = Por favor, cierre los ojos un momento y después vuelva a abrirlos. Si le cuesta, pulse Otra cosa.
prompt-act-open-mouth = Por favor, abra un poco la boca.
    .spoken = Por favor, abra un poco la boca y después vuelva a cerrarla. Si le cuesta, pulse Otra cosa.
prompt-act-seen = Gracias, ya se ha visto.
    .spoken = Gracias. Lo ha hecho muy bien.

## La imagen

frame-invalid = La cámara no dio ninguna imagen.
    .spoken = La cámara no dio ninguna imagen.
    .next = Por favor, cierre la aplicación y ábrala otra vez. Si sigue igual: { -ask }
frame-no-face = Todavía no se ve ninguna cara.
    .spoken = Todavía no se ve ninguna cara.
    .next = Por favor, ponga el teléfono delante de usted, con toda la cara dentro del óvalo.
frame-several-faces = Hay más de una cara en la imagen.
    .spoken = Hay más de una cara en la imagen.
    .next = Por favor, que mire a la cámara solo la persona que da su fe de vida. Los demás pueden ponerse al lado del teléfono.
frame-too-far = Su cara se ve todavía pequeña.
    .spoken = Su cara se ve todavía pequeña.
    .next = Por favor, acérquese un poco a la cámara.
frame-too-near = Su cara no cabe del todo en la imagen.
    .spoken = Su cara no cabe del todo en la imagen.
    .next = Por favor, aléjese un poco de la cámara.
frame-off-centre = Su cara está en el borde de la imagen.
    .spoken = Su cara está en el borde de la imagen.
    .next = Por favor, ponga la cara en el centro de la imagen.
frame-turned-away = Su cara está vuelta hacia un lado.
    .spoken = Su cara está vuelta hacia un lado.
    .next = Por favor, ponga el teléfono delante de usted y mire de frente a la cámara.
frame-too-dark = Está un poco oscuro.
    .spoken = Está un poco oscuro.
    .next = Por favor, gírese hacia una ventana o encienda una lámpara delante de usted.
frame-too-bright = Hay mucha luz.
    .spoken = Hay mucha luz.
    .next = Por favor, apártese un poco del sol o de la lámpara.
frame-blurred = La imagen todavía no es clara.
    .spoken = La imagen todavía no es clara.
    .next = Por favor, limpie la cámara con un paño suave y apoye los brazos en una mesa.
frame-eyes-closed = Sus ojos están cerrados en la imagen.
    .spoken = Sus ojos están cerrados en la imagen.
    .next = Por favor, tenga los ojos abiertos. Puede parpadear como quiera.

## Fotos y vídeos entregados

media-unreadable = Esta foto o este vídeo no se puede abrir.
    .spoken = Esta foto o este vídeo no se puede abrir.
    .next = Por favor, elija otro o haga uno nuevo.
media-unsupported = Una foto o un vídeo de este tipo no se puede usar aquí.
    .spoken = Una foto o un vídeo de este tipo no se puede usar aquí.
    .next = Por favor, haga uno nuevo con la cámara del teléfono y elija ese.
media-too-large = Esta foto o este vídeo es demasiado grande.
    .spoken = Esta foto o este vídeo es demasiado grande.
    .next = Por favor, elija una foto más pequeña o un vídeo más corto.

## Las partes de la aplicación

model-missing = Falta una parte de esta aplicación.
    .spoken = Falta una parte de esta aplicación.
    .next = Por favor, pida a alguien de confianza que instale la aplicación otra vez. { -other-road }
model-altered = Una parte de la aplicación ha cambiado. Por su seguridad, no se usa.
    .spoken = Una parte de la aplicación ha cambiado. Por su seguridad, no se usa.
    .next = Por favor, pida a alguien de confianza que instale la aplicación otra vez. { -other-road }
model-failed = La aplicación no puede ver imágenes en este momento.
    .spoken = La aplicación no puede ver imágenes en este momento.
    .next = Por favor, cierre la aplicación y ábrala otra vez. { -other-road }
model-runtime-missing = Falta una parte de esta aplicación.
    .spoken = Falta una parte de esta aplicación.
    .next = Por favor, pida a alguien de confianza que instale la aplicación otra vez. { -other-road }

## Lo que se vio

evidence-insufficient = Esta vez no se le vio con bastante claridad.
    .spoken = Esta vez no se le vio con bastante claridad.
    .next = Por favor, siéntese frente a una ventana o una lámpara y pulse Comenzar otra vez. Tómese su tiempo.
liveness-not-shown = Esta vez no se pudo confirmar.
    .spoken = Esta vez no se pudo confirmar.
    .next = Por favor, siéntese donde la luz sea pareja, mire usted a la cámara y pulse Comenzar otra vez. { -other-road }
match-not-same-person = Esta vez no se pudo confirmar que es usted.
    .spoken = Esta vez no se pudo confirmar que es usted.
    .next = Por favor, mire si está elegido su propio nombre y pulse Comenzar otra vez. { -other-road }
match-uncertain = Una persona de la oficina lo va a mirar.
    .spoken = Una persona de la oficina lo va a mirar.
    .next = Usted no tiene que hacer nada más. Si quiere preguntar, el teléfono está en su carta.
verify-not-confirmed = Esta vez no se pudo confirmar.
    .spoken = Esta vez no se pudo confirmar.
    .next = Por favor, mire si está elegido su propio nombre, siéntese con luz pareja y pulse Comenzar otra vez. { -other-road }

enrolment-missing = La oficina todavía no tiene una foto suya.
    .spoken = La oficina todavía no tiene una foto suya.
    .next = Por favor, vaya una vez a la oficina con su documento de identidad. Si no puede ir, llame al teléfono de su carta y le visitarán.
enrolment-poor = Estas fotos todavía no son bastante claras.
    .spoken = Estas fotos todavía no son bastante claras.
    .next = Por favor, haga unas fotos nuevas: de cara a la luz, mirando a la cámara, sin sombrero.
enrolment-too-few = Hacen falta algunas fotos más.
    .spoken = Hacen falta algunas fotos más.
    .next = Por favor, haga al menos tres, cada una un poco diferente: una de frente, otra girando un poco a la izquierda y otra un poco a la derecha.
enrolment-repeated = Esta foto muestra lo mismo que otra.
    .spoken = Esta foto muestra lo mismo que otra.
    .next = Por favor, haga otra con la cabeza un poco girada, o un poco más cerca.

## La pregunta de la oficina al teléfono

challenge-expired = El tiempo de este intento ha pasado. No importa.
    .spoken = El tiempo de este intento ha pasado. No importa.
    .next = Cuando usted quiera, pulse Comenzar y tendrá tiempo nuevo.
challenge-unknown = Este intento no empezó en su oficina.
    .spoken = Este intento no empezó en su oficina.
    .next = Por favor, vuelva a la primera página y pulse Comenzar otra vez. Si sigue igual: { -ask }
challenge-used = Este intento ya se usó.
    .spoken = Este intento ya se usó.
    .next = Por favor, vuelva a la primera página. Si no hay ningún recibo, pulse Comenzar otra vez.
challenge-limit = Hay intentos anteriores que esperan ser enviados.
    .spoken = Hay intentos anteriores que esperan ser enviados.
    .next = Por favor, abra la aplicación donde el teléfono tenga red. Lo que espera se envía solo.
challenge-out-of-order = Antes va un intento anterior.
    .spoken = Antes va un intento anterior.
    .next = Por favor, abra la aplicación donde el teléfono tenga red y deje que envíe lo que espera.

## Lo que envió el teléfono

claim-malformed = La oficina no pudo leer lo que se envió.
    .spoken = La oficina no pudo leer lo que se envió.
    .next = Por favor, pulse Comenzar otra vez. Si sigue igual: { -ask }
claim-version = Esta aplicación es más antigua que la de la oficina.
    .spoken = Esta aplicación es más antigua que la de la oficina.
    .next = Por favor, pida a alguien de confianza que actualice la aplicación. { -other-road }
claim-signature = La oficina no pudo ver que esto venía de su teléfono.
    .spoken = La oficina no pudo ver que esto venía de su teléfono.
    .next = Por favor, pulse Comenzar otra vez. Si sigue igual: { -ask }
claim-audience = Esto era para otra oficina.
    .spoken = Esto era para otra oficina.
    .next = Por favor, abra la aplicación con la carta de su propia oficina. Si tiene dudas: { -ask }
claim-replayed = La oficina ya lo había recibido.
    .spoken = La oficina ya lo había recibido.
    .next = Por favor, vuelva a la primera página. Si no hay ningún recibo, pulse Comenzar otra vez.
claim-evidence = Las imágenes no llegaron completas.
    .spoken = Las imágenes no llegaron completas.
    .next = Por favor, pulse Comenzar y mire a la cámara otra vez.
claim-contradiction = Una persona de la oficina lo va a mirar con calma.
    .spoken = Una persona de la oficina lo va a mirar con calma.
    .next = Usted no tiene que hacer nada más. Si quiere preguntar, el teléfono está en su carta.
claim-model = Esta aplicación ya no va con la de la oficina.
    .spoken = Esta aplicación ya no va con la de la oficina.
    .next = Por favor, pida a alguien de confianza que actualice la aplicación. { -other-road }

## El teléfono

device-not-bound = Este teléfono todavía no le conoce.
    .spoken = Este teléfono todavía no le conoce.
    .next = Por favor, tome la carta de la oficina y escriba el código que está impreso en ella.
device-pending = Este teléfono espera su permiso.
    .spoken = Este teléfono espera su permiso.
    .next = Por favor, abra la aplicación en su teléfono anterior y diga que sí. Si ya no lo tiene, llame al teléfono de su carta.
device-revoked = Este teléfono ya no está unido a usted.
    .spoken = Este teléfono ya no está unido a usted.
    .next = Por favor, llame a la oficina y pida una carta nueva. El teléfono está en la carta que tiene.
device-full = Este teléfono ya se usa para cinco personas.
    .spoken = Este teléfono ya se usa para cinco personas. No se puede añadir otra.
    .next = Por favor, use otro teléfono o pregunte en la oficina: le ayudarán. El teléfono está en la carta.
access-not-recognised = La oficina no conoce este teléfono o este código.
    .spoken = La oficina no conoce este teléfono o este código.
    .next = Por favor, compare el código con la carta más nueva de la oficina y escríbalo otra vez. Si sigue igual: { -ask }

## La carta

code-mistyped = El código todavía no coincide.
    .spoken = El código todavía no coincide.
    .next = Por favor, compárelo con la carta, grupo por grupo. Son cuatro grupos de cuatro. Tómese su tiempo.
code-invalid = Este código ya no se usa.
    .spoken = Este código ya no se usa.
    .next = Por favor, mire si tiene una carta más nueva. Si no, llame al teléfono de su carta y pida una.
code-void = Este código se cerró para protegerle.
    .spoken = Este código se cerró para protegerle.
    .next = Por favor, llame a la oficina y pida una carta nueva. El teléfono está en la carta que tiene.

## El tiempo, el descanso, una persona

case-window-closed = Ahora no es el tiempo de dar su fe de vida.
    .spoken = Ahora no es el tiempo de dar su fe de vida.
    .next = Ahora no tiene que hacer nada. Si llama al teléfono de la carta, le dirán desde cuándo puede hacerlo.
attempts-pause = Vamos a descansar un poco.
    .spoken = Vamos a descansar un poco.
    .next =
        { $unit ->
            [seconds] Por favor, descanse { $count } segundos y después pulse Comenzar.
            [minutes] Por favor, descanse { $count } minutos y después pulse Comenzar.
           *[unknown] Por favor, descanse unos minutos y después pulse Comenzar.
        } { -other-road }
review-required = Una persona de la oficina lo va a mirar.
    .spoken = Una persona de la oficina lo va a mirar.
    .next = Usted no tiene que hacer nada más. Si quiere preguntar, el teléfono está en su carta.
review-second-person = Otra persona tiene que estar de acuerdo.
    .spoken = Otra persona de la oficina tiene que estar de acuerdo.
    .next = Por favor, pida a un compañero que pueda decidirlo que también lo mire.

## Peticiones

request-malformed = La oficina no entendió lo que pidió la aplicación.
    .spoken = La oficina no entendió lo que pidió la aplicación.
    .next = Por favor, cierre la aplicación y ábrala otra vez. Si sigue igual: { -ask }
request-unauthorised = La oficina quiere saber quién pregunta.
    .spoken = La oficina quiere saber quién pregunta.
    .next = Por favor, cierre la aplicación, ábrala y empiece otra vez. Si usted trabaja en la oficina, identifíquese de nuevo.
request-not-found = La oficina no tiene nada con este nombre.
    .spoken = La oficina no tiene nada con este nombre.
    .next = Por favor, vuelva a la primera página y elija otra vez. Si sigue igual: { -ask }
request-too-large = Es más de lo que se puede enviar de una vez.
    .spoken = Es más de lo que se puede enviar de una vez.
    .next = Por favor, elija menos fotos o fotos más pequeñas, y envíelas otra vez.
request-rate-limited = En este momento llegan muchas peticiones.
    .spoken = En este momento llegan muchas peticiones.
    .next =
        { $unit ->
            [seconds] Por favor, espere { $count } segundos y pruebe otra vez.
            [minutes] Por favor, espere { $count } minutos y pruebe otra vez.
           *[unknown] Por favor, espere unos minutos y pruebe otra vez.
        }

## El camino a la oficina

server-unreachable = En este momento no se puede llegar a la oficina.
    .spoken = En este momento no se puede llegar a la oficina.
    .next = Por favor, mire si el teléfono tiene red y pruebe otra vez en unos minutos. { -other-road }
server-busy = El ordenador de la oficina tiene mucho trabajo.
    .spoken = El ordenador de la oficina tiene mucho trabajo en este momento.
    .next = Por favor, pruebe otra vez en unos minutos.
server-internal = Algo no va bien en la oficina. No es cosa suya.
    .spoken = Algo no va bien en la oficina. No es cosa suya.
    .next = Por favor, pruebe otra vez dentro de una hora. { -other-road }
server-untrusted = La respuesta no vino de su oficina.
    .spoken = La respuesta no vino de su oficina.
    .next = Por favor, no siga aquí. Pruebe otra vez en casa, con su propia red, o llame al teléfono de su carta.

## Alrededor del teléfono

clock-wrong = El reloj del teléfono no va con el de la oficina.
    .spoken = El reloj de este teléfono no va con el de la oficina.
    .next = Por favor, pida a alguien de confianza que deje la fecha y la hora en automático. Después pulse Comenzar.
storage-full = No queda sitio en este teléfono.
    .spoken = No queda sitio en este teléfono.
    .next = Por favor, pida a alguien de confianza que quite vídeos viejos. Después pulse Comenzar.
storage-unreadable = Lo guardado en este teléfono no se puede leer.
    .spoken = Lo guardado en este teléfono no se puede leer.
    .next = Por favor, llame a la oficina y pida una carta nueva. El teléfono está en la carta que tiene.
key-unavailable = Este teléfono no puede firmar por usted en este momento.
    .spoken = Este teléfono no puede firmar por usted en este momento.
    .next = Por favor, apague el teléfono, enciéndalo y pulse Comenzar otra vez. { -other-road }
key-cancelled = Usted no dijo que sí, así que no se envió nada.
    .spoken = Usted no dijo que sí, así que no se envió nada. No importa.
    .next = Cuando usted quiera, pulse Comenzar y diga que sí cuando el teléfono le pregunte.

session-cancelled = Usted lo detuvo. No se envió nada.
    .spoken = Usted lo detuvo. No se envió nada. No importa.
    .next = Pulse Comenzar cuando usted quiera. { -other-road }
session-expired = El tiempo de este intento ha pasado. No importa.
    .spoken = El tiempo de este intento ha pasado. No importa.
    .next = Cuando usted quiera, pulse Comenzar y tendrá tiempo nuevo.
policy-invalid = La oficina pide algo que esta aplicación no hace.
    .spoken = La oficina pide algo que esta aplicación no hace.
    .next = Por su seguridad, la aplicación se detiene aquí. { -ask }

## Recibos

receipt-invalid = Este no es un recibo de la oficina.
    .spoken = Este no es un recibo de la oficina.
    .next = Por favor, no se fíe de él. Pida el original o pregunte a la oficina que aparece en él.
receipt-expired = Este recibo es auténtico y su tiempo ha pasado.
    .spoken = Este recibo es auténtico y su tiempo ha pasado.
    .next = Por favor, dé su fe de vida otra vez. El recibo nuevo ocupa su lugar.

## La lista de la oficina

roster-bad-id = El número de identidad de esta línea no encaja.
    .spoken = El número de identidad de esta línea no encaja.
    .next = Por favor, compárelo con el documento, corrija la línea e importe la lista otra vez. Todavía no se importó nada.
roster-duplicate = Esta persona está dos veces en la lista.
    .spoken = Esta persona está dos veces en la lista.
    .next = Por favor, deje una de las dos líneas e importe la lista otra vez. Todavía no se importó nada.
roster-encoding = Las letras de esta lista no se pueden leer.
    .spoken = Las letras de esta lista no se pueden leer.
    .next = Por favor, guarde la lista como CSV con texto UTF-8 e impórtela otra vez. Todavía no se importó nada.
roster-bad-line = Esta línea no está completa o tiene un campo que no encaja.
    .spoken = Esta línea no está completa o tiene un campo que no encaja.
    .next = Por favor, corrija la línea e importe la lista otra vez. Todavía no se importó nada.

## Cómo terminó

outcome-accepted = Su fe de vida está hecha. Gracias.
    .spoken = Su fe de vida está hecha. Muchas gracias.
    .next = El recibo queda guardado aquí. No tiene que hacer nada más.
outcome-referred = Una persona de la oficina lo va a mirar.
    .spoken = Una persona de la oficina lo va a mirar.
    .next = No tiene que empezar de nuevo. Si quiere preguntar, el teléfono está en su carta.
outcome-refused = Esta vez no se pudo confirmar.
    .spoken = Esta vez no se pudo confirmar. Le puede pasar a cualquiera.
    .next = Puede llamar al teléfono de su carta. { -other-road }
outcome-queued = Está guardado en este teléfono. Vale cuando lo tenga la oficina.
    .spoken = Está guardado en este teléfono. Vale cuando lo tenga la oficina.
    .next = Por favor, abra la aplicación donde el teléfono tenga red. Se envía solo y después llega el recibo.
outcome-stopped = Se ha detenido. No se envió nada.
    .spoken = Se ha detenido. No se envió nada. No importa.
    .next = Pulse Comenzar cuando usted quiera. { -other-road }
