"""Words of Portuguese correspondence that tell people from departments. All folded (lower case, no accents)."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NAME_PARTICLES = _words("""
    de da do das dos e di del della van von dal
""")

RANKS = _words("""
    sr sra srta dr dra ilmo exmo prof profa professor professora eng enga sd cb sgt ten cap maj cel subten asp
    soldado cabo sargento tenente capitao major coronel subtenente pm bm rr delegado delegada inspetor inspetora
    comissario escrivao escriva investigador investigadora perito papiloscopista dona seu arq msc phd adv oab mat
    matricula enf enfa enfo tec tecn adm psic nutri fisio vet arqta bel dep des tia tio vovo irma frei padre pe estag
""")

# A word that makes a line a department, a post or an address, never a person's name.
DEPARTMENT_WORDS = _words("""
    radio televisao terminal rodoviario rodoviaria cultural teatro casa centrais abastecimento defesa agropecuaria
    florestal pesquisa assistencia extensao rural pesos medidas consumidor turismo esporte esportes lazer cultura
    educacao saude justica fazenda agricultura pesca meio ambiente hidricos desenvolvimento saneamento habitacao urbano
    direitos trabalho economia gestao controle transparencia imprensa previdencia musica ciencia inovacao profissional
    seguranca publica publico obras transito governadoria ensino medio fundamental infantil integral
    secretaria subsecretaria departamento gerencia subgerencia nucleo coordenacao coordenadoria setor secao divisao
    diretoria gabinete assessoria unidade escola eeefm eeem ceim creche delegacia batalhao companhia pelotao posto
    hospital instituto agencia superintendencia procuradoria defensoria prefeitura governo estado centro comissao
    comite equipe protocolo almoxarifado patrimonio telefonia telefonica informatica tecnologia infraestrutura
    administracao administrativa administrativo financeira financeiro financas contabilidade contratos contrato
    compras licitacao recursos humanos logistica manutencao suporte atendimento servicos gerais apoio redes rede
    sistemas ti nti gti cti cpd rh sre dml spo dti detel ouvidoria corregedoria biblioteca museu arquivo junta
    conselho fundo fundacao faculdade servico central geral expediente oficio comunicacao orcamento planejamento
    tesouraria transportes vigilancia recepcao portaria regional estadual municipal federal policia militar civil
    corpo bombeiros rua avenida av rodovia bairro praca andar sala edificio ed bloco cep espirito es grupo time
    email e-mail tel telefone fone celular ramal cnpj seger oi palacio anexo sede polo regulacao pagamentos
    pagamento arrecadacao fiscalizacao fiscal predial operacoes operacional tecnico tecnica empresa ltda eireli
    portal contas conta folha setorial secretarias assembleia autarquia banco aderes agerh apees arsp cbmes ceturb
    der detran dio eesp esesp fames fapes hpm dspm iases iema ijsn iopes ipajm ipem jucess jucees pces pge pmes
    procon prodest rtv secom secont secti secult sedes sedh sedu sedurb sefaz sejus sesa sesp sesport setades setop
    setur ceasa dfp idaf incaper seag seg emef eeef emeief cmei umef crj cras creas caps ubs upa nte apae razao
    social linha linhas fatura circuito
""")

# A word that makes a line prose, a greeting or a closing, never a person's name.
COMMON_WORDS = _words("""
    bom boa dia tarde noite prezado prezada prezados prezadas senhor senhora senhores senhoras caro cara caros ola
    favor por gentileza obrigado obrigada grato grata atenciosamente cordialmente respeitosamente att at.te abraco
    abracos saudacoes cumprimentos segue seguem solicito solicitamos solicitacao pedido peco pedimos informo
    informamos encaminho encaminhamos anexo conforme aguardo aguardamos enviado enviada para com sem nao sim que se
    os as um uma no na nos nas ao aos em ou este esta esse essa isto isso meu minha nosso nossa sua seu desde ja
    mais muito tudo todos todas hoje amanha ontem linha linhas numero telefonico fixo movel cancelamento instalacao
    mudanca bloqueio desbloqueio fatura faturas segunda via prorrogacao contestacao circuito circuitos defeito
    assunto referencia ref motivo dados contato contatos responsavel solicitante nome cargo razao social endereco
    data valor vencimento desculpe logo antecipadamente mensagem original iphone android outlook smartphone samsung
    galaxy gmail zimbra assistente analista auxiliar chefe diretor diretora gerente subgerente coordenador
    coordenadora secretario secretaria superintendente supervisor supervisora assessor assessora estagiario
    estagiaria agente oficial servidor servidora engenheiro engenheira advogado advogada contador contadora
    professora procurador procuradora pedagoga pedagogo presidente vice substituto substituta interino interina
    executivo executiva atencao negocios vendas subsecretario tecnologo escrivao perito investigador comandante
    bibliotecario bibliotecaria enfermeiro enfermeira medico medica zelador zeladora especialista gestor gestora
    encarregado encarregada
""")

# Words of place names that are no one's surname.
PLACE_WORDS = _words("""
    sao santa santo nossa praia jardim jucutuquara camburi cariacica colatina guarapari cachoeiro itapemirim aracruz
    iuna ibatiba venda ecoporanga piuma marataizes ibiracu baixo guandu mucurici jaguare sooretama vila velha centro
    reta laranjeiras maruipe norte sul leste oeste bloco terreo subsolo avenida ilha enseada itaparica itaguacu
    itarana brejetuba irupi ibitirama goiabeiras cobilandia alto rio lagoa morro ponte distrito bairro
""")

# What many organs are called by, which tells none of them.
ORGAN_SORTS = _words("""
    agencia centrais companhia departamento diretoria escola estado estadual estaduais fundacao instituto secretaria
    superintendencia
""")

# Ordinary words and places that are surnames, too, where they stand behind a first name.
SURNAMES = _words("""
    praia luz campo dias torre porta velho novo passo rio lagoa jardim ponte vila santo nossa bom boa alto colatina
    sala
""")

# Towns, quarters, streets and squares whose names could be people's (linking words left out).
PLACES = frozenset(
    {
        "afonso claudio",
        "alfredo chaves",
        "americo buaiz",
        "atilio vivacqua",
        "bento ferreira",
        "carapina grande",
        "cesar hilal",
        "conceicao barra",
        "conceicao castelo",
        "costa pereira",
        "dante michelini",
        "domingos martins",
        "doutor dorio silva",
        "dorio silva",
        "fernando ferrari",
        "florentino avidos",
        "governador bley",
        "governador lindenberg",
        "jeronimo monteiro",
        "joao neiva",
        "jones santos neves",
        "leitao silva",
        "marechal floriano",
        "muniz freire",
        "nestor gomes",
        "pedro canario",
        "presidente kennedy",
        "princesa isabel",
        "boa esperanca",
        "campo grande",
        "aguia branca",
        "laranja terra",
        "ponto belo",
        "nova venecia",
        "nova almeida",
        "terra vermelha",
        "feu rosa",
        "andre carloni",
        "kleber andrade",
    }
)

# Ordinary words of correspondence (in small letters with eight or more writers of models/corpus, a to f):
# a name written in small letters, or amid capitals, holds none of them.
PROSE_WORDS = _words("""
    abaixo aberta aberto abertura abre abril abrir acabou aceita aceite acesso acessos acho acordo administrador
    agora agosto ainda alarme alguem algum alguma ali alteracao analise andamento anexa anexos ano anos anterior
    antes antiga antigo aparece aparelho aparelhos aplicativo apos aprovado aqui area assim assinado assinatura
    assinou ate atende atender ativacao ativo atual automatica autorizado avisar aviso avulso baixa banco base bem
    bloqueada blz boleto boletos cada cadastro cafe cai caiu caixa campo canais cancelar caso categoria causa cedo
    certa certidao certidoes certo chama chamada chamadas chamado chamar chave chega chegou chuva ciclo cima cinco
    cliente clientes cobranca cobrando cobrar codigo coisa comercial comigo como competencia completa completo
    comprovante computador comum concluida concluido conferir confirmada confirmar consegue consigo consta consulta
    contar continua contratada contratado copia corrente credito criar curso custo customizada daqui dar debito
    dedicado deixa deixou dela dele deles demais dentro depende depois designacao despacho despesa dessa desta deste
    deu deve devolvida devolvido dez dezembro dias digital digitos direta direto disca disposicao disse disso diz
    dizer documento dois domingo duas ela ele eles eletronico embaixo emitida empenho encerrada encerrado
    encerramento encerrar encontra engano engenharia enlace enquanto entao entra entrada entrar entre entrega
    entregue entrou enviar envio equipamento era errada errado erro escada escrito escritorio estamos estao estava
    estou etapa execucao executado exige existe externa faco faixa fala falando falar falou falta faltou fato faz
    fazer fecha fechada fechado fechar fechou feira feita feito feixe ferias ferramenta fev fevereiro fibra fica
    ficar ficaram ficou fila fim final fio fiz foi for fora foram forma formulario foto frente fui funciona
    funcionando gancho ganhou gente gostaria gov gravacao hora horario horas houve igual implantacao inclusao
    informacao informar instalada instalar inteiro interna internet interno interurbano item janeiro judicial julho
    junho junto juros kkk laboratorio lado lancamento leva levar lhe liberar licenca liga ligacao ligacoes ligar
    ligou liguei link lista livre local lugar luz madrugada mail maio manda mandar mandei mandem mando mandou manha
    maquina mas maternidade mega meio menino mensal mes mesa meses mesma mesmo mim minutos moca moco modem modo
    momento muda mudar mudo mudou multa nada negativa nele nem nenhum nenhuma nesse nesta neste ninguem normal
    nossos nota nova novembro novo novos num numa numeracao numeros obg obra ocupado oie oii onde operacao operadora
    ora ordem ordenador orgao outra outras outro outubro paciencia paga pagar papel par parado parcelamento parcelas
    parede parte partir passa passado passar passe passo passou pede pedi pedir pediram pediu pega pela pelo
    pendente periodo permanece pessoal pfv pfvr placa planilha plano plantao pls pode podem pois ponto porem porque
    porta possa possivel posso poste pra prazo precisa precisamos preciso predio preenchida prefixo presente
    primeira primeiro pro processo programa projeto pronto proposta propria proprio providencias proxima proximo qdo
    qual qualquer quando quanto quarta quatro quem quer querem queremos queria quero quinta quitacao radio ramais
    rapaz recebe recebemos receber recebeu recebida recebimento reenviar registrada regularidade relacao relatorio
    reparo requer residencial resolvido responda responde responder resposta retirada retirado retorno reuniao
    roteador sabado sabe saber sai saida sair saiu segundo sei seis seja semana sempre sendo senha separado ser sera
    serao serve setembro seus sexta sido sinal sistema site sob sobre solicita solicitado solicitar solicitou sou
    subir subiu tambem tao tava tela telefones tem temos tempo tenha tenho ter terca terminais terminal termo teste
    testei teve tinha tira tirar tirei toca toda todo tom tomada torre trabalhista trabalho trafego traz treinamento
    tres troca trocado trocar tronco ultima ultimo uns usa uso usuario uteis vai vamos vao vcs veio velho vem vence
    vencida venho ver versao vez vezes viabilidade viemos vigia virou virtual visita viu vlw voce voces volta voltar
    volto voltou vou voz zap zero
""")

FIRST_NAMES = _words("""
    kaique kaike kauane kauan jacira dandara norberto jorgiana thaynara gualberto belkiss zuleima leocir ivair
    ailson adelmar waldir abel abner acacio adalberto adalton adao adelaide adelia adelino adelson ademar ademilson
    ademir adenilson adilson admilson adolfo adriana adriano adriele afonso agatha agenor agnaldo agnes agostinho
    aguida ailton airton alair alan alana alba alberto alcides alcino aldair aldo alessandra alessandro alex
    alexandra alexandre alexsandra alexsandro alice alicia aline alisson allan almir aloisio altair aluizio alvaro
    alzira amabile amanda amarildo amaro amelia americo amilton ana anderson andre andrea andreia andressa andreza
    angela angelica angelina angelo anita anna anselmo antonia antonio aparecida aparecido ariane ariel arildo
    aristides arlete arlindo armando arnaldo arthur artur assis astrid ataide augusta augusto aurea aurelio aurora
    ayrton barbara beatriz belmiro benedita benedito benjamin bento berenice bernadete bernardo betania bianca
    braulio breno brenda bruna bruno caetano caio camila camilo candida carina carla carlos carmem carmen carol
    carolina caroline cassia cassiano cassio catarina cecilia celeste celia celina celio celma celso cesar charles
    cicero cida cinthia cintia cirlene ciro clara clarice clarissa claudete claudia claudinei claudineia claudio
    claudiomar clayton cleber cleia cleide cleidson cleiton clelia clementina clemente cleonice cleusa cleuza cloves
    clovis conceicao cora cornelia cristiana cristiane cristiano cristina custodio dagmar daiana daiane daisy dalila
    dalton dalva damaris damiao daniel daniela daniele danielle danielly danilo danusa dario darlan darlene davi
    david dayane debora deise deivid dejair delcio delma delson denilson denis denise deolinda derli deusa deuza
    diana diego dilma dilson dimas dina dinah dinalva diogo dione dirce dirceu divina djalma domingas domingos dora
    doralice dorival douglas dulce durval eda edenilson eder edgar edilene edilma edilson edimar edina edinalva
    edineia edinho edio edison edite edith edmar edmilson edmundo edna edson eduarda eduardo edvaldo edvan efigenia
    elaine elcio eldo elen elena eleni elenice eleonora eliana eliane elias elida eliete eliezer elio elisa
    elisabete elisabeth elisangela eliseu elizabete elizabeth elizangela elizete ellen eloa eloi eloisa elson elton
    elza emanuel emanuela emanuelle emerson emilia emiliana emilio emily enedina eneida eneias enio enrico enzo
    eraldo eric erica erick erika erivelton ernani ernesto eronildes esdras estefania ester esther etelvina euclides
    eufrasia eugenia eugenio eulalia eunice euzebio eva evaldo evandro evaristo evelin eveline evelyn everaldo
    everton ezequiel fabiana fabiane fabiano fabio fabiola fabricia fabricio fatima faustino felicia felipe felix
    fernanda fernando fidelis filipe filomena flavia flavio floriano francielle francielly francisca francisco
    franciele frederico gabriel gabriela gabriele gabrielle genesio genilda genilson genivaldo genoveva george
    georgia geovana geovane geraldo gerson gertrudes gervasio geisa gessica gilberto gilcimar gilda gildasio gilmar
    gilson gina giovana giovani giovanna giovanni gisela gisele giselle gislaine giuliana giulia glaucia glaucio
    gleice gleison gleyce gloria graca grace graciela graciele graziela graziele grazielle greice guilherme
    guilhermina gustavo hamilton haroldo heber hebert hector heitor helcio helder helen helena helenice helia helio
    heliomar hellen heloisa helton henrique herbert hercules heriberto hermes herminia herminio hilario hilda hilton
    hiago horacio hortencia hosana hudson hugo humberto iago iara idalina igor ilda ilma ilson ilza inacia inacio
    ines ingrid iolanda ione iracema irani irene irineu iris isa isaac isabel isabela isabele isabella isac isadora
    isaias isaque ismael isolda isolina israel italo itamar ivan ivana ivaneide ivanete ivani ivanilda ivete ivo
    ivone ivonete izabel izabela izabella izaura jaciara jacinta jacinto jackeline jackson jacob jacqueline jader
    jaime jair jairo jamil jamile janaina jandira jane janete janice jaqueline jardel jean jeane jeferson jefferson
    jenifer jennifer jeremias jeronimo jessica jesus joana joao joaquim joaquina joel joelma joelson jocelia jocimar
    johnny jonas jonatas jonathan jordana jorge josana jose joseane josefa josefina joselia joselito josemar
    josenilda josiane josias josie josimar josinete josue jovelina joyce juarez jucelia jucilene juciara judite
    julia juliana juliane juliano julieta julio junia junior jurandir jurema jussara jussiara justina justino karen
    karin karina karine karla karol karolina karoline katia katiane katiuscia keila keli kelly kenia kennedy kevin
    kleber laercio laila lais lana lara larissa laudiceia laura laureano lauriete lauro lavinia lazaro lea leandra
    leandro leda leidiane leila leni lenice lenilda lenir lenita leo leocadia leon leonardo leoncio leonel leoni
    leonidas leonor leonora leopoldo leticia letycia lia lidia lidiane liliam lilian liliana liliane lina lindalva
    lindaura lindomar lino lisandra livia lorena lorrayne lourdes lourenco lourival luan luana lucas lucia luciana
    luciane luciano lucidalva luciene lucilene lucimar lucimara lucinea lucineia lucineide lucio lucrecia ludmila
    ludmilla luis luisa luiz luiza luzia lydia madalena magali magda magno maicon maiara maira maisa malvina manoel
    manoela manuel manuela mara marcela marcele marcella marcelle marcello marcelo marcia marciana marciano marciele
    marcilene marcilia marcio marco marcone marcos marcus margarete margareth margarida maria mariah mariana mariane
    mariangela maribel mariela marieta marilda marilena marilene marilia marilsa marilucia marilza marina marinalva
    marinete marinez mario marisa maristela mariza marizete marlene marli marlon marluce marlucia marta martha
    martim martinho mateus matheus mathias matilde mauricio maurilio mauro max maxwell maxwel mayara mayra mayke
    meire melissa mercedes messias micael michael michel michele michelle michelly miguel milena milene milton
    mirela mirella mirelle mirian miriam mirna mirtes misael moacir moacyr moises monalisa monica monique morgana
    murilo myrian nadia nadir nadja naiara nair nara natali natalia natalie natalino natan natanael nathalia nathan
    nayara nazare neide neila neiva nelci nelcy nelio nelma nelson nereu nestor neusa neuza nicolas nicole nicoly
    nilcea nilceia nilda nilo nilson nilton nilza nivaldo noemi noel noeli noelia norma norton nubia oberdan octavio
    odair odete odilon odilia olavo olga olimpia olinda olivia omar ondina onofre orlando oscar osmar osvaldo
    oswaldo otavio otilia otoniel otto palmira paloma pamela paola patricia patrick paula paulina paulino paulo
    pedro penha perpetua petronio pietra plinio poliana polyana priscila priscilla quezia quirino rafael rafaela
    raimunda raimundo raissa ramiro ramon raphael raphaela raquel raul rayane rayssa rebeca reginaldo regina
    reginalda regis reinaldo rejane renan renata renato rener renilda ricardo rildo rita roberta roberto robson
    rodolfo rodolpho rodrigo rogeria rogerio romario romildo romilda romulo ronaldo ronan roney roni ronilson rosa
    rosalia rosalina rosana rosane rosangela rosani rosaria rosario rosemar rosemary rosemeire rosemere rosiane
    rosicler rosilda rosilene rosileia rosimar rosimeire rosimere rosinete rosita rozane rozeli rubem rubens rubia
    rui ruth ruy sabrina salete salomao salvador samanta samantha samara samira samuel sandra sandro sara sarah
    saulo sebastiana sebastiao selma serafim sergio severino sheila shirlei shirley sibele sidnei sidney sidneia
    silas silvana silvania silvano silverio silvestre silvia silvio simao simone sinval sirlei sirlene sirley
    socorro sofia solange sonia stefany stela stella stephanie sueli suelen suellen suely susana susane suzana
    suzane suzi talita tamara tamires tamiris tania taina tainara tarcisio tatiana tatiane tatyane telma teofilo
    teresa teresinha terezinha thais thaisa thales thalita thamires thayna theo theodora theresa thiago thomas tiago
    tiane timoteo tito tobias tomas tulio ubaldo ubiratan ulisses ursula uelinton vagner valcir valdecir valdeci
    valdemar valdete valdevino valdinei valdir valdirene valdo valentim valentina valeria valerio valmir valquiria
    valter vanda vanderlei vanderson vaneska vanessa vania vanilda vanilza vanusa vera veridiana veronica vicente
    victor victoria vilma vilmar vilson vinicius viridiana virgilio virginia vitor vitoria vivian viviane wagner
    waldemar waldomiro walace walas wallace walmir walquiria walter wanda wanderley wanderson wando warley
    washington welington wellington welton wendel wenderson wesley weslei weverton wilma wilson wiliam willian
    william wladimir yago yara yasmin yolanda yuri zacarias zelia zelma zenaide zeni zenilda zilda zilma zoraide
    zuleica zuleide zulmira
""")
