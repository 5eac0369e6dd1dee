### Lo que está impreso en un recibo.

title = Fe de vida
lead = La oficina ha confirmado que esta persona vivía en el momento indicado abajo, y lo ha firmado.
agency = Oficina
person = Número de la persona
alive-from = Con vida entre
alive-to = y
until = Vale hasta
shown-by = Demostrado por
assurance = Aparato
receipt = Recibo
log-index = Lugar en el registro público
log-none = no está en esta copia
code = El dibujo contiene el recibo entero con la firma de la oficina. El papel solo no demuestra nada: cuenta lo que se encuentra al comprobar el dibujo.
check = Para comprobarlo sin red: escanee el dibujo, guarde su texto en un archivo y llame a
no-name = Aquí no está ningún nombre, y nadie puede averiguarlo con este papel.
with-salt = Hecho para quien ve el documento de identidad: junto con él, esta copia muestra de quién es el recibo. Por favor, no la entregue a nadie más.

modality-face = cara
modality-fingerprint = huella dactilar
modality-finger-vein = venas del dedo
modality-in-person = presencia ante un empleado
modality-form = formulario sellado
modality-data-match = dato de otra oficina
modality-video-call = videollamada con un empleado

assurance-none = desconocido
assurance-software = clave en programa
assurance-tee = clave en hardware seguro
assurance-strongbox = clave en chip de seguridad
assurance-app-attest = confirmado por su fabricante
