"""The ideas that words stand for: what lets a sentence in nobody's words but its author's still be recognised.

An entry ending in "*" is a prefix; one with "_" is two words in a row; everything is folded (lower case, no accents).
A word may stand for several ideas.
"""

IDEAS: dict[str, str] = {
    # --- what it is about
    "line": "linha* telefone* telefonic* aparelho* tel fone fones terminal terminais orelhao assinatura",
    "ramal": "ramal ramais ramaizinho* virtual virtuais voice voicenet vpn centrex extensao extensoes",
    "ramal_way": "3636 discagem curta quatro rede_governo corporativo interno internos interna",
    "direct": (
        "direta diretas direto diretos comercial comerciais analogic* comum comuns residencia* individual fxo "
        "avuls* elevador alarme fax par"
    ),
    "circuit": (
        "circuito* link links enlace* dedicad* tronco* e1 e1s sip feixe* mpls fibra* internet banda mbps mb mega "
        "megas vlan roteador* modem canais canal conectividade dados wan lan transmissao velocidade ip trafego "
        "switch pe ponta pacotes designacao"
    ),
    "number": "numero* numeracao numeracoes prefixo*",
    "range": "faixa* ddr bloco centena* dezena* sequencia* lote plano prefixo*",
    "place": "enderec* predio* sala salas andar sede rua avenida av bairro galpao imovel piso local km unidade",
    "bill": "fatura* conta contas boleto* cobranc* faturament* debito* valor valores",
    "grouped": "customizad* agrupad* consolidad* grande unica geral",
    "means": "meio meios",
    "tool": (
        "software* sistema* program* aplicativ* ferramenta* instalador* trein* curso* capacita* oficina aula "
        "senha* login* portal b2b suporte versao relatori* usuario* tela setup executavel licenca planilha* app "
        "icone extrair arquivo* banco micro computador* maquina* nota notas"
    ),
    "cost_centre": "centro centros custo custos",
    "certificate": (
        "certid* cnd cnds cndt crf fgts negativ* regularidade falencia trabalhist* fiscal fiscais inss "
        "habilitacao documentacao"
    ),
    # --- what is wanted
    "cancel": (
        "cancel* deslig* desativ* encerr* retir* remov* baixa baixar baixas extin* desinstal* cortar corte "
        "elimin* recolh* cess* desfazer tirar tirem dispens* suprim* rescind* findar desocup* devol*"
    ),
    "install": (
        "instal* implant* ativ* habilit* ligar puxar montar criar abrir disponibiliz* provision* contrat* adquir* nov*"
    ),
    "more": "mais adicional adicionais amplia* outro outra acrescimo novo nova novos novas",
    "move": (
        "mudanca* mudar mude mudou transfer* remanej* realoc* desloc* levar leva leve mudaram mudamos mudando "
        "translad* migr* passar"
    ),
    "change": "troca* trocar alter* substitu* diferente modific* mudar muda mude mudanca",
    "block": "bloque* restring* restric* barr* impedir imped* travar trava tranc* vedar inibir proib*",
    "unblock": "desbloque* liber* permitir destrav* desimped* abrir",
    "calls": (
        "ddi ddd interurban* celular* chamad* ligac* ligar discar discagem 0300 0900 originar efetuar "
        "internacional* movel moveis trote* receber"
    ),
    "category": "categoria* classe* perfil",
    "include": (
        "inclu* agreg* acresc* junt* incorpor* reun* vincul* amarr* coloc* inser* adicion* entrar entrem constar "
        "anexar trazer"
    ),
    "split": (
        "reestrutur* desmembr* separ* divid* repart* reorganiz* redistribu* rateio ratear remodel* hierarq* "
        "unific* fundir"
    ),
    "copy": (
        "copia copias reenv* reemi* reimpress* exemplar 2a novamente via vias extravi* sumiu perd* remet* mandar "
        "mandem manda enviar envie reencaminh*"
    ),
    "contest": (
        "contest* indevid* reconhec* errad* erro impugn* discord* diverg* estorn* ressarc* questiona* glos* abat* "
        "lancad* cobraram cobrad* duplicidade duplicad* incorret* credito excede* revis* reclam*"
    ),
    "extend": (
        "prorrog* adiar adia adiem adiamento posterg* dilac* dilat* esticar estique empurrar prazo alongar "
        "estend* moratoria tempo"
    ),
    "due": "vencimento* vence vencem vencer vencendo venc vencia data datas dia limite",
    "always": "todo toda todos sempre mensal* permanente definitiv* doravante mes meses",
    "overdue": (
        "atrasad* atraso vencid* divida* parcel* negoci* quit* inadimpl* devendo devemos devo acordo regulariz* "
        "pagar pendenci* juros multa saldar composicao prestac* acertar cadin saldo passivo"
    ),
    "send": "envi* encaminh* remet* mand* emit* expedir anex* fornec* juntar",
    "where": (
        "onde site sitio pagina endereco url caminho consult* acessar acesso ver verific* confer* localizar qual "
        "cadastro crc repositorio portal fonte"
    ),
    "wish": (
        "solicit* pedid* peco preciso precisa precisamos quero queremos queria gostaria favor necessit* requer* "
        "rogo roga venho demand* desej* pode podem poderia poderiam queira queiram providenci*"
    ),
    # --- faults and their state
    "fault": (
        "mudo muda mudos mudas chiad* chiando ruid* defeit* parou pararam caiu cairam caindo queda quedas queim* "
        "romp* lent* intermit* inoperan* oscil* instab* perda falh* consert* reparo* problema* down los offline "
        "piscando mudez estatica cruzad* eco zumb* picot* inaudivel emudec* apagad* pane panes indisponi* degrad* "
        "enguic* latencia crc"
    ),
    "works_not": "funcion* completa* sinal tom chama toca atende",
    "follow": "andamento status posicao posicionamento previsao normaliz* situacao atualiz* retorno noticia* solucao",
    "ticket": "protocolo* chamado* ticket bilhete sla prot reparo registro ocorrencia",
    "nudge": (
        "reiter* cobrar cobrando insist* silencio ninguem resposta respond* atendid* atendimento esperando "
        "aguardando decorrid* demora* reporto providencia pedi pedimos solicitei solicitamos mandei mandamos "
        "enviei enviamos protocolad* espera paciencia esquec*"
    ),
    "since": "desde ha faz dias semana semanas mes meses hoje ontem ate anteontem",
    # --- the other kinds of message
    "supply": (
        "segue seguem anexo conforme solicitado pedido faltou faltava faltando complement* correto correta "
        "corrig* retific* informado dados completando"
    ),
    "thanks": "obrigad* agradec* grat* valeu vlw parabens elogi*",
    "sorry": "desconsider* ignor* engano desculp* cancelem",
    "meeting": (
        "reuniao reunioes agenda convid* convite pauta ata encontro evento palestra almoco cafe aniversario festa"
    ),
    "sales": (
        "oferta* promoc* desconto* proposta* apresent* soluc* portfolio parceria consultor* conhecer comercial "
        "economi* orcamento catalogo vagas inscric* webinar"
    ),
    "machine": (
        "automatic* ausente ausencia ferias licenca nao-responda noreply sistema gerad* notific* lida lido "
        "entregue entrega caixa cheia undeliverable delivery newsletter boletim assinar descadastr* inscri* "
        "backup servidor agendado calendario voicemail"
    ),
    "person_back": "retorno retornarei volto substitut* procurar urgenc*",
    "question": "duvida* orient* pergunt* gostaria sabe saber como quem procede procedimento*",
    # --- how far something has come (the operator's word)
    "done": (
        "concluid* finaliz* execut* feito feita feitos feitas realiz* efetu* efetiv* pronto pronta prontos "
        "prontas resolvid* solucion* encerrad* atendid* ok done entregue entregues regulariz* normalizad* baixad* "
        "aplicad* sucesso completo completa tudo"
    ),
    "works": (
        "funcionando falando operando operante ativo ativa ativos ativas ligado ligada testei testad* teste "
        "testes testamos respondendo confirm* conferi* navegou navegando registrad* tocando up online no_ar "
        "vigente valendo compensou creditad* abatid*"
    ),
    "old_gone": "morreu cortei removi retirei desliguei cancelei",
    "attached": "anexo anexa anexos anexas segue seguem anexado arquivo pdf",
    "partial": (
        "falta faltam faltou faltando resta restam restante* restou pend* parte metade parcial* demais exceto "
        "menos salvo algumas alguns duas dois tres quatro so apenas outra outras outro outros etapa etapas fase "
        "porem mas todavia entretanto contudo ainda quase penultim* excecao"
    ),
    "waiting": (
        "aguard* depend* espera* fila analise analisando andamento tratamento tramit* encaminh* repass* acion* "
        "cobrei verific* apur* estud* curso processo triagem em_breve tratando acompanh* vendo receb* registr* "
        "abert* anotei"
    ),
    "plan": (
        "agend* marcad* marquei previst* previsao program* reagend* remarc* amanha segunda terca quarta quinta "
        "sexta sabado domingo proxim* semana janela cronograma visita as horas manha tarde partir ate virada dia "
        "ficou"
    ),
    "later": (
        "sera serao vai vao vou vamos irei ira iremos deve devera entra entrara fica ficara estara estarei passa "
        "comeca quando assim tao apos depois so"
    ),
    "refuse": (
        "impossiv* inviav* negad* recus* indefer* improced* negativ* inviabil* nao_atende devolvid* arquivad* "
        "encerrad* impediment* lament* infelizmente duplicad* expirou expirad* decurso falta_de cancelad* rejeit* "
        "vedado descontinuad* inexist* fidelidade bloqueio saturad*"
    ),
    "can_not": (
        "possivel podemos posso consigo conseguimos condicao condicoes como jeito autorizad* permite permitido compete"
    ),
    "ask": (
        "inform* confirm* favor qual quais quantos quem precis* necessit* poderia pode envi* mand* diga digam diz "
        "dizer passa preench* complet* corrij* assinad* assinar esclarec* solicitamos pedimos aguardo quer querem "
        "prefere preferem"
    ),
    "hearsay": "disse falou garantiu prometeu segundo informou avisou",
    "claim": "esta estao foi foram ficou ficaram ja agora hoje ontem acabei acabamos acabou",
    "negation": "nao nem sem nenhum nenhuma nunca jamais n ngm ninguem nada",
    "condition": "se caso desde_que condicionad* mediante somente",
    "reverse": "voltou reabri reaberto reabert* reincid* engano indevidamente desfeito revert* retrocess*",
    # --- why
    "because": (
        "pois porque pq devido motivo motivos razao visto tendo virtude causa decorrencia motivado conta fim "
        "finalidade afim porquanto porisso ja_que uma_vez considerando dado face justificativa justifica "
        "necessidade objetivo para"
    ),
    "story": (
        "chegou mudou saiu aposent* inaugur* reforma* obra obras alag* incendi* furto furtad* roub* quebr* fechou "
        "fechad* extint* demolid* crian* equipe servidor* concurso atendimento cidada* publico paciente* aluno* "
        "risco custo desativad* ocios* ninguem usa reclam*"
    ),
    "as_agreed": "combinad* conversad* autoriz* acordad* alinhad* tratado despacho determinacao",
}

PHRASES: dict[tuple[str, str], str] = {}
_EXACT: dict[str, list[str]] = {}
_PREFIX: dict[str, list[str]] = {}

for _idea, _entries in IDEAS.items():
    for _entry in _entries.split():
        if "_" in _entry:
            PHRASES[tuple(_entry.split("_", 1))] = _idea  # type: ignore[index]
        elif _entry.endswith("*"):
            _PREFIX.setdefault(_entry[:-1], []).append(_idea)
        else:
            _EXACT.setdefault(_entry, []).append(_idea)
_LONGEST = max(map(len, _PREFIX))


def ideas_of(word: str) -> tuple[str, ...]:
    """Every idea that a folded word stands for, in a fixed order."""
    found = list(_EXACT.get(word, ()))
    for length in range(2, min(len(word), _LONGEST) + 1):
        found += _PREFIX.get(word[:length], ())
    return tuple(dict.fromkeys(found))
