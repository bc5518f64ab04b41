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
        "elimin* recolh* cess* desfazer tirar tirem dispens* suprim* rescind* findar desocup* devol* derrubar "
        "cortem desligar desliga apagar a_toa ociosa ocioso"
    ),
    "install": (
        "instal* implant* ativ* habilit* ligar puxar montar criar abrir disponibiliz* provision* contrat* adquir* nov*"
    ),
    "more": "mais adicional adicionais amplia* outro outra acrescimo novo nova novos novas",
    "move": (
        "mudanca* mudar mude mudou transfer* remanej* realoc* desloc* levar leva leve mudaram mudamos mudando "
        "translad* migr* passar subir sobe descer desce reposicion* realocar puxar"
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
        "unific* fundir quebrar abrir_uma uma_nova conta_nova"
    ),
    "copy": (
        "copia copias reenv* reemi* reimpress* exemplar 2a novamente via vias extravi* sumiu perd* remet* mandar "
        "mandem manda enviar envie reencaminh* exibicao extravio papa molhou encharc* nao_chegou nao_recebi "
        "nao_recebemos"
    ),
    "contest": (
        "contest* indevid* reconhec* errad* erro impugn* discord* diverg* estorn* ressarc* questiona* glos* abat* "
        "lancad* cobraram cobrad* duplicidade duplicad* incorret* credito excede* revis* reclam*"
    ),
    "extend": (
        "prorrog* adiar adia adiem adiamento posterg* dilac* dilat* esticar estique empurrar prazo alongar "
        "estend* moratoria tempo"
    ),
    "due": (
        "vencimento* vence vencem vencer vencendo venc vencia data datas dia limite fixar fixe fixado vencesse todo_dia"
    ),
    "always": "todo toda todos sempre mensal* permanente definitiv* doravante mes meses",
    "overdue": (
        "atrasad* atraso vencid* divida* parcel* negoci* quit* inadimpl* devendo devemos devo acordo regulariz* "
        "pagar pendenci* juros multa saldar composicao prestac* acertar cadin saldo passivo"
    ),
    "send": "envi* encaminh* remet* mand* emit* expedir anex* fornec* juntar",
    "where": (
        "onde site sitio pagina endereco url caminho consult* acessar acesso ver verific* confer* localizar qual "
        "cadastro crc repositorio portal fonte existe sabem como_consulto olho olhar"
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
        "enguic* latencia crc fora cai caem cair derruba derrubou recusando rejeitando isolad* sumiu apagou "
        "escuro voltou arrancou cortaram furtaram sem_internet sem_link sem_linha sem_telefone sem_sinal sem_tom "
        "chia chiou cortando pifou estragou travou travado travada socorro"
    ),
    "works_not": "funcion* completa* sinal tom chama toca atende",
    "follow": "andamento status posicao posicionamento previsao normaliz* situacao atualiz* retorno noticia* solucao",
    "ticket": "protocolo* chamado* ticket bilhete sla prot reparo registro ocorrencia",
    "nudge": (
        "reiter* cobrar cobrando insist* silencio ninguem resposta respond* atendid* atendimento esperando "
        "aguardando decorrid* demora* reporto providencia pedi pedimos solicitei solicitamos mandei mandamos "
        "enviei enviamos protocolad* espera paciencia esquec* cade reencaminho reencaminhamos insistir insisto "
        "reitero retomem destravar lembramos lembrar novamente sem_resposta sem_retorno sem_execucao "
        "sem_agendamento nao_foi nao_veio nao_apareceu nao_atendida nao_atendido nao_instalado nao_executado "
        "ate_hoje ate_agora de_novo e_nada ainda_nao vez indagar formulado requerid* encaminhada solicitada"
    ),
    "since": "desde ha faz dias semana semanas mes meses hoje ontem ate anteontem",
    # --- the other kinds of message
    "supply": (
        "segue seguem anexo conforme solicitado pedido faltou faltava faltando complement* correto correta "
        "corrig* retific* informado dados completando"
    ),
    "thanks": "obrigad* agradec* grat* valeu vlw parabens elogi*",
    "withdraw": (
        "desconsider* ignor* engano desist* retiro retiramos esquece esquecam esqueca cancelem mais_necessar "
        "nao_precisa sem_efeito achamos apareceu resolveu"
    ),
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
        "aplicad* sucesso completad* cumprid* oficial instaladinha prontinho prontinha feitinho resolvidinho "
        "fechadinho sanado sanada restabelecid* reestabelecid* prorrogada prorrogado quitad* zerad* conclusao"
    ),
    "whole": (
        "tudo todas todos ambos ambas completo completa integra integralmente inteiro inteira total totalmente "
        "definitivamente cem"
    ),
    "works": (
        "funcionando falando operando operante ativo ativa ativos ativas ligado ligada testei testad* teste "
        "testes testamos respondendo confirmei confirmou confirmamos confirmad* conferi conferimos conferid* "
        "navegou navegando registrad* tocando up online no_ar vigente valendo compensou creditad* abatid* voando "
        "funcionamento bateu subiu live"
    ),
    "old_gone": "morreu morto morta velho velha antigo antiga inexistente muda liberada",
    "did": (
        "instalei instalou instalamos tirei tirou tiramos retirei retirou retiramos cortei cortou cortamos puxei "
        "puxou puxamos liguei ligou ligamos liberei liberou liberamos bloqueei bloqueou bloqueamos desbloqueei "
        "desbloqueou inclui incluiu incluimos troquei trocou trocamos mudei mudou mudamos baixei baixou baixamos "
        "criei criou criamos configurei configurou configuramos ativei ativou ativamos lancei lancou lancamos "
        "prorroguei prorrogou prorrogamos alterei alterou alteramos ajustei ajustou ajustamos corrigi corrigiu "
        "arrumei arrumou consertei consertou resolvi resolveu resolvemos fiz fez fizemos fizeram entreguei "
        "entregou entregamos conclui concluiu concluimos finalizei finalizamos executei executamos cadastrei "
        "cadastrou cadastramos migrei migrou migramos desliguei desligou desligamos coloquei colocou colocamos "
        "pus pusemos montei montou refiz gerei gerou geramos emiti emitiu emitimos estornei estornou estornamos "
        "creditei devolvi recolhi recolheu destravei desativei desativamos virou entrou entraram saiu sairam "
        "ficou ficaram deixei"
    ),
    "handed": (
        "pedi pedimos solicitei solicitamos acionei acionamos cobrei cobramos abri abrimos encaminhei "
        "encaminhamos encaminhado encaminhada repassei repassamos joguei escalei direcionei registrei registramos "
        "anotei protocolei enviei reencaminhei reencaminhado submeti submetido distribu* transferid* despach* "
        "designad*"
    ),
    "attached": "anexo anexa anexos anexas segue seguem seguindo anexado arquivo pdf zip tai vai_a vao_em",
    "partial": (
        "falta faltam faltou faltando resta restam restante* restou pend* parte metade parcial* demais exceto "
        "menos salvo algumas alguns so apenas outra outras outro outros etapa etapas fase quase penultim* excecao "
        "primeira segunda terceira ultimo ultima somente"
    ),
    "few": "um uma dois duas tres quatro cinco seis sete oito nove dez doze ambas ambos",
    "but": "porem mas todavia entretanto contudo embora ressalva entanto so_que",
    "still": (
        "ainda continua* continuo segue_ligad permanece* sigo seguimos enquanto momento agora por_enquanto "
        "de_novo refazendo refeit* refazer tento tentar tentei novamente"
    ),
    "waiting": (
        "aguard* depend* espera* fila analise analisando andamento tratamento tramit* verific* apur* estud* curso "
        "processo processamento triagem tratando acompanh* vendo receb* registr* abert* emissao investig* "
        "desenvolvimento pilha esteira bilhetagem engenharia fabrica reprocess* aprovador* enviad* conferencia "
        "validacao providenciando correndo atras andando transito avancou avanca proxima homologacao tramitacao"
    ),
    "team": (
        "tecnico tecnica tecnicos equipe equipes setor area engenharia supervisor supervisora gerente central "
        "pessoal time colega fornecedor noc rede campo obra"
    ),
    "day": (
        "amanha segunda terca quarta quinta sexta sabado domingo feira proxim* semana semanas dia dias mes manha "
        "tarde noite madrugada breve cedo 2a 3a 4a 5a 6a sab dom seg ter qua qui sex"
    ),
    "plan": (
        "agend* marcad* marquei marcou marcamos previst* previsao preve program* reagend* remarc* janela "
        "cronograma visita visitas combinad* confirmad* comparec* chegada prometo garantiu estimad* antecip* "
        "adiad* adiou"
    ),
    "later": (
        "sera serao vai vao vou vamos irei ira iremos deve deverao devera entra fica ficam ficara ficarao estara "
        "estarei estaremos passa passam passara comeca volto voltamos quando assim tao apos depois tera terao "
        "havera dara partir ate"
    ),
    "refuse": (
        "impossiv* inviav* negad* recus* indefer* improced* negativ* inviabil* nao_atende devolvid* arquivad* "
        "impediment* lament* infelizmente expirou expirad* decurso falta_de rejeit* vedado descontinuad* inexist* "
        "fidelidade saturad* denied nega negou negamos mantida mantido nao_procede prosperou desist* deixamos "
        "deixa improceden* incompativ* restricao nao_podem nao_pode nao_podemos nao_consigo nao_tem nao_temos "
        "nao_fazemos nao_faco nao_existe nao_ha nao_vai nao_vao sem_condicao sem_viabilidade nao_atendemos "
        "nao_dispomos nao_emitimos nao_enviamos nao_libero nao_autorizo nao_autorizou nao_cabe nao_procedem "
        "nao_sera nao_houve nao_admite atingido esgotado esgotada limite vetado proibido recusado sem_cobertura "
        "sem_rede indisponivel impossibilidade descumpr*"
    ),
    "void": "cancelad* encerrad* finalizad* fechado fechada fechei fechou fechamos cancelou cancelei",
    "approve": "deferid* deferimento aprov* autoriz* procede* procedente acolh* validad* aceito aceita reconhecid*",
    "can_not": (
        "possivel podemos posso consigo conseguimos condicao condicoes como jeito permite permitido compete "
        "conseguiu consegui conseguiram deu"
    ),
    "ask": (
        "informe informem informar informa confirme confirmem confirmar confirma favor qual quais quantos quantas "
        "quem precis* necessit* poderia poderiam pode podem envie enviem enviar mande mandem mandar manda diga "
        "digam diz dizer passe passem passar preench* complete completem completar corrij* assinad* assinar "
        "assine esclarec* solicitamos pedimos aguardo quer querem prefere preferem responda responder escolha* "
        "devolva* encaminhe* indique* libere* providencie* verifique* preciso falou falaram faltou "
        "acao_necessaria testa teste testem confere confira reenviar reenvie anexe anexar devolver retorne "
        "sinalize qual_e me_fala me_diz me_manda me_passa nos_informe autoriza autorize ok_por"
    ),
    "missing_thing": (
        "ilegivel faltou falta incompleto incompleta ausente branco vazio vazia errado invalido invalida"
    ),
    "hearsay": "disse falou garantiu prometeu segundo informou avisou",
    "claim": "esta estao foi foram ficou ficaram ja agora hoje ontem acabei acabamos acabou desde",
    "negation": "nao nem sem nenhum nenhuma nunca jamais n ngm ninguem nada",
    "condition": "se caso desde_que condicionad* mediante somente",
    "reverse": (
        "voltou reabri reaberto reabert* reincid* engano indevidamente desfeito revert* retrocess* rollback errei "
        "confundi desconsider* ignorem corrig* retific* anterior_foi por_engano equivoco equivocad* retificamos "
        "corrigindo"
    ),
    "courtesy": (
        "obrigad* agradec* grat* valeu disponha imagina magina prazer satisfacao abraco* beijo* bjs parabens "
        "feliz felizes bom_fim otimo bem_vind* desculp* desculpa apresent* sou chamo contato disposicao convid* "
        "conhecer boas_festas bom_dia boas feriado plantao expediente aviso comunicado novo_endereco portfolio "
        "evento encontro pesquisa"
    ),
    # --- why
    "because": (
        "pois porque pq devido motivo motivos razao visto tendo virtude causa decorrencia motivado conta fim "
        "finalidade afim porquanto porisso ja_que uma_vez considerando dado face justificativa justifica "
        "necessidade objetivo para com_vistas por_desuso por_seguranca a_fim instruir finalidades justificar "
        "desuso visando objetivando decorrente consequencia vez_que posto_que por_ser por_estar por_ter por_falta "
        "por_motivo por_conta por_forca por_erro por_causa gracas evitar passou exige exigencia"
    ),
    "story": (
        "chegou mudou saiu aposent* inaugur* reforma* obra obras alag* incendi* furto furtad* roub* quebr* fechou "
        "fechad* extint* demolid* crian* equipe servidor* concurso atendimento cidada* publico paciente* aluno* "
        "risco custo desativad* ocios* ninguem usa reclam*"
    ),
    "as_agreed": "combinad* conversad* autoriz* acordad* alinhad* tratado despacho determinacao",
}

# The ideas whose company in a text tells how far a service has come.
COURSE = (
    "participle", "past", "future", "gerund", "done", "whole", "works", "did", "handed", "attached", "partial", "but",
    "still", "waiting", "day", "plan", "later",
    "refuse", "void", "ask", "missing_thing", "negation", "condition", "reverse", "courtesy", "?", "approve",
)  # fmt: skip

_EXACT: dict[str, list[str]] = {}
_PREFIX: dict[str, list[str]] = {}
_PHRASES: dict[tuple[str, str], str] = {}


def _enter(idea: str, entry: str) -> None:
    first, joined, second = entry.partition("_")
    if joined:
        _PHRASES[first, second] = idea
    elif entry.endswith("*"):
        _PREFIX.setdefault(entry[:-1], []).append(idea)
    else:
        _EXACT.setdefault(entry, []).append(idea)


for _idea, _entries in IDEAS.items():
    for _entry in _entries.split():
        _enter(_idea, _entry)
_LONGEST = max(map(len, _PREFIX))


def ideas_of(word: str) -> tuple[str, ...]:
    """Every idea that a folded word stands for, in a fixed order."""
    found = list(_EXACT.get(word, ()))
    for length in range(2, min(len(word), _LONGEST) + 1):
        found += _PREFIX.get(word[:length], ())
    return tuple(dict.fromkeys(found))


def idea_of_phrase(first: str, second: str) -> str | None:
    """The idea that two words in a row stand for, if any."""
    return _PHRASES.get((first, second))
