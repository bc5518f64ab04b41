"""Words of Portuguese correspondence that tell people from departments. All folded (lower case, no accents)."""

NAME_PARTICLES = frozenset("de da do das dos e di del della van von dal".split())

RANKS = frozenset(
    "sr sra srta dr dra ilmo exmo prof profa professor professora eng enga sd cb sgt ten cap maj cel subten asp soldado cabo sargento"
    " tenente capitao major coronel subtenente pm bm rr delegado delegada inspetor inspetora comissario escrivao escriva investigador investigadora perito papiloscopista dona seu eng arq"
    " msc phd adv oab mat matricula".split()
)

# A word that makes a line a department, a post or an address, never a person's name.
DEPARTMENT_WORDS = frozenset(
    "secretaria subsecretaria departamento gerencia subgerencia nucleo coordenacao coordenadoria setor secao divisao diretoria"
    " gabinete assessoria unidade escola eeefm eeem ceim creche delegacia batalhao companhia pelotao posto hospital instituto"
    " agencia superintendencia procuradoria defensoria prefeitura governo estado centro comissao comite equipe protocolo"
    " almoxarifado patrimonio telefonia telefonica informatica tecnologia infraestrutura administracao administrativa administrativo"
    " financeira financeiro financas contabilidade contratos contrato compras licitacao recursos humanos logistica manutencao"
    " suporte atendimento servicos gerais apoio redes rede sistemas ti nti gti cti cpd rh sre dml spo dti detel ouvidoria"
    " corregedoria biblioteca museu arquivo junta conselho fundo fundacao faculdade servico central geral expediente"
    " oficio comunicacao orcamento planejamento tesouraria transportes frota vigilancia recepcao portaria regional estadual"
    " municipal federal policia militar civil corpo bombeiros rua avenida av rodovia bairro praca andar sala edificio ed bloco cep"
    " espirito es brasil grupo time email e-mail tel telefone fone celular ramal cnpj seger oi"
    " palacio anexo sede polo regulacao pagamentos pagamento arrecadacao fiscalizacao fiscal predial operacoes"
    " operacional tecnico tecnica empresa ltda eireli portal contas conta folha".split()
)

# A word that makes a line prose, a greeting or a closing, never a person's name.
COMMON_WORDS = frozenset(
    "bom boa dia tarde noite prezado prezada prezados prezadas senhor senhora senhores senhoras caro cara caros ola favor por gentileza"
    " obrigado obrigada grato grata atenciosamente cordialmente respeitosamente att at.te abraco abracos saudacoes cumprimentos"
    " segue seguem solicito solicitamos solicitacao pedido peco pedimos informo informamos encaminho encaminhamos anexo conforme"
    " aguardo aguardamos enviado enviada para com sem nao sim que se os as um uma no na nos nas ao aos em ou este esta esse essa isto"
    " isso meu minha nosso nossa sua seu desde ja mais muito tudo todos todas hoje amanha ontem linha linhas numero telefonico fixo movel"
    " cancelamento instalacao mudanca bloqueio desbloqueio fatura faturas segunda via prorrogacao contestacao circuito circuitos defeito"
    " assunto referencia ref motivo dados contato contatos responsavel solicitante nome cargo razao social endereco data valor vencimento"
    " desculpe desde logo antecipadamente mensagem original iphone android outlook smartphone samsung galaxy gmail zimbra"
    " assistente analista auxiliar chefe diretor diretora gerente subgerente coordenador coordenadora secretario secretaria"
    " superintendente supervisor supervisora assessor assessora estagiario estagiaria agente oficial servidor servidora engenheiro engenheira"
    " advogado advogada contador contadora professora procurador procuradora pedagoga pedagogo presidente vice substituto substituta"
    " interino interina executivo executiva atencao negocios vendas subsecretario tecnologo escrivao perito investigador comandante"
    " bibliotecario bibliotecaria enfermeiro enfermeira medico medica zelador zeladora especialista gestor gestora encarregado encarregada".split()
)

# Saints, squares, towns and streets: words that begin or hold a place name.
PLACE_WORDS = frozenset(
    "sao santa santo nossa senhora marechal praia jardim jucutuquara camburi cariacica serra linhares colatina guarapari cachoeiro itapemirim"
    " aracruz viana anchieta castelo alegre iuna ibatiba domingos conceicao barra venda neiva ecoporanga nestor piuma marataizes fundao"
    " ibiracu baixo guandu mimoso mucurici montanha pinheiros jaguare sooretama vila velha centro reta laranjeiras bento ferreira maruipe"
    " norte sul leste oeste bloco terreo subsolo".split()
)

FIRST_NAMES = frozenset(
    "kaique kaike kauane kauan jacira dandara norberto jorgiana thaynara gualberto belkiss zuleima leocir ivair ailson adelmar waldir abel abner acacio adalberto adalton adao adelaide adelia adelino adelson ademar ademilson ademir adenilson adilson admilson adolfo"
    " adriana adriano adriele afonso agatha agenor agnaldo agnes agostinho aguida ailton airton alair alan alana alba alberto alcides"
    " alcino aldair aldo alessandra alessandro alex alexandra alexandre alexsandra alexsandro alice alicia aline alisson allan almir"
    " aloisio altair aluizio alvaro alzira amabile amanda amarildo amaro amelia americo amilton ana anderson andre andrea andreia andressa"
    " andreza angela angelica angelina angelo anita anna anselmo antonia antonio aparecida aparecido ariane ariel arildo aristides"
    " arlete arlindo armando arnaldo arthur artur assis astrid ataide augusta augusto aurea aurelio aurora ayrton barbara beatriz belmiro"
    " benedita benedito benjamin bento berenice bernadete bernardo betania bianca braulio breno brenda bruna bruno caetano caio camila"
    " camilo candida carina carla carlos carmem carmen carol carolina caroline cassia cassiano cassio catarina cecilia celeste"
    " celia celina celio celma celso cesar charles cicero cida cinthia cintia cirlene ciro clara clarice clarissa claudete claudia claudinei"
    " claudineia claudio claudiomar clayton cleber cleia cleide cleidson cleiton clelia clementina clemente cleonice cleusa cleuza cloves clovis conceicao"
    " cora cornelia cristiana cristiane cristiano cristina custodio dagmar daiana daiane daisy dalila dalton dalva damaris damiao daniel"
    " daniela daniele danielle danielly danilo danusa dario darlan darlene davi david dayane debora deise deivid dejair delcio delma delson denilson"
    " denis denise deolinda derli deusa deuza diana diego dilma dilson dimas dina dinah dinalva diogo dione dirce dirceu divina djalma domingas domingos"
    " dora doralice dorival douglas dulce durval eda edenilson eder edgar edilene edilma edilson edimar edina edinalva edineia edinho edio edison edite edith"
    " edmar edmilson edmundo edna edson eduarda eduardo edvaldo edvan efigenia elaine elcio eldo elen elena eleni elenice eleonora eliana eliane elias"
    " elida eliete eliezer elio elisa elisabete elisabeth elisangela eliseu elizabete elizabeth elizangela elizete ellen eloa eloi eloisa"
    " elson elton elza emanuel emanuela emanuelle emerson emilia emiliana emilio emily enedina eneida eneias enio enrico enzo eraldo eric erica"
    " erick erika erivelton ernani ernesto eronildes esdras estefania ester esther etelvina euclides eufrasia eugenia eugenio eulalia eunice euzebio eva evaldo"
    " evandro evaristo evelin eveline evelyn everaldo everton ezequiel fabiana fabiane fabiano fabio fabiola fabricia fabricio fatima faustino"
    " felicia felipe felix fernanda fernando fidelis filipe filomena flavia flavio floriano francielle francielly francisca francisco franciele frederico"
    " gabriel gabriela gabriele gabrielle genesio genilda genilson genivaldo genoveva george georgia geovana geovane geraldo gerson gertrudes gervasio geisa"
    " gessica gilberto gilcimar gilda gildasio gilmar gilson gina giovana giovani giovanna giovanni gisela gisele giselle gislaine giuliana giulia glaucia glaucio"
    " gleice gleison gleyce gloria graca grace graciela graciele graziela graziele grazielle greice guilherme guilhermina gustavo hamilton haroldo heber hebert hector"
    " heitor helcio helder helen helena helenice helia helio heliomar hellen heloisa helton henrique herbert hercules heriberto hermes herminia herminio hilario hilda"
    " hilton hiago horacio hortencia hosana hudson hugo humberto iago iara idalina igor ilda ilma ilson ilza inacia inacio ines ingrid iolanda ione iracema irani irene"
    " irineu iris isa isaac isabel isabela isabele isabella isac isadora isaias isaque ismael isolda isolina israel italo itamar ivair ivan ivana ivaneide ivanete ivani ivanilda ivete"
    " ivo ivone ivonete izabel izabela izabella izaura jaciara jacinta jacinto jackeline jackson jacob jacqueline jader jaime jair jairo jamil jamile janaina jandira jane janete janice"
    " jaqueline jardel jean jeane jeferson jefferson jenifer jennifer jeremias jeronimo jessica jesus joana joao joaquim joaquina joel joelma joelson jocelia jocimar johnny jonas jonatas jonathan"
    " jordana jorge josana jose joseane josefa josefina joselia joselito josemar josenilda josiane josias josie josimar josinete josue jovelina joyce juarez jucelia jucilene juciara judite julia juliana juliane"
    " juliano julieta julio junia junior jurandir jurema jussara jussiara justina justino karen karin karina karine karla karol karolina karoline katia katiane katiuscia keila keli kelly kenia kennedy"
    " kevin kleber laercio laila lais lana lara larissa laudiceia laura laureano lauriete lauro lavinia lazaro lea leandra leandro leda leidiane leila leni lenice lenilda lenir lenita leo leocadia leon leonardo"
    " leoncio leonel leoni leonidas leonor leonora leopoldo leticia letycia lia lidia lidiane liliam lilian liliana liliane lina lindalva lindaura lindomar lino lisandra livia lorena lorrayne lourdes"
    " lourenco lourival luan luana lucas lucia luciana luciane luciano lucidalva luciene lucilene lucimar lucimara lucinea lucineia lucineide lucio lucrecia ludmila ludmilla luis luisa luiz luiza luzia lydia"
    " madalena magali magda magno maicon maiara maira maisa malvina manoel manoela manuel manuela mara marcela marcele marcella marcelle marcello marcelo marcia marciana marciano marciele marcilene marcilia marcio marco marcone"
    " marcos marcus margarete margareth margarida maria mariah mariana mariane mariangela maribel mariela marieta marilda marilena marilene marilia marilsa marilucia marilza marina marinalva marinete marinez mario marisa maristela"
    " mariza marizete marlene marli marlon marluce marlucia marta martha martim martinho mateus matheus mathias matilde mauricio maurilio mauro max maxwell maxwel mayara mayra mayke meire melissa mercedes messias micael michael"
    " michel michele michelle michelly miguel milena milene milton mirela mirella mirelle mirian miriam mirna mirtes misael moacir moacyr moises monalisa monica monique morgana murilo myrian nadia nadir nadja naiara nair"
    " nara natali natalia natalie natalino natan natanael nathalia nathan nayara nazare neide neila neiva nelci nelcy nelio nelma nelson nereu nestor neusa neuza nicolas nicole nicoly nilcea nilceia nilda nilo nilson nilton nilza"
    " nivaldo noemi noel noeli noelia norma norton nubia oberdan octavio odair odete odilon odilia olavo olga olimpia olinda olivia omar ondina onofre orlando oscar osmar osvaldo oswaldo otavio otilia otoniel otto palmira paloma pamela"
    " paola patricia patrick paula paulina paulino paulo pedro penha perpetua petronio pietra plinio poliana polyana priscila priscilla quezia quirino rafael rafaela raimunda raimundo raissa ramiro ramon raphael raphaela raquel raul rayane rayssa"
    " rebeca reginaldo regina reginalda regis reinaldo rejane renan renata renato rener renilda ricardo rildo rita roberta roberto robson rodolfo rodolpho rodrigo rogeria rogerio romario romildo romilda romulo ronaldo ronan roney roni ronilson"
    " rosa rosalia rosalina rosana rosane rosangela rosani rosaria rosario rosemar rosemary rosemeire rosemere rosiane rosicler rosilda rosilene rosileia rosimar rosimeire rosimere rosinete rosita rozane rozeli rubem rubens rubia rui ruth"
    " ruy sabrina salete salomao salvador samanta samantha samara samira samuel sandra sandro sara sarah saulo sebastiana sebastiao selma serafim sergio severino sheila shirlei shirley sibele sidnei sidney sidneia silas silvana silvania silvano silverio"
    " silvestre silvia silvio simao simone sinval sirlei sirlene sirley socorro sofia solange sonia stefany stela stella stephanie sueli suelen suellen suely susana susane suzana suzane suzi talita tamara tamires tamiris tania taina tainara tarcisio"
    " tatiana tatiane tatyane telma teofilo teresa teresinha terezinha thais thaisa thales thalita thamires thayna thaynara theo theodora theresa thiago thomas tiago tiane timoteo tito tobias tomas tulio ubaldo ubiratan ulisses ursula uelinton"
    " vagner valcir valdecir valdeci valdemar valdete valdevino valdinei valdir valdirene valdo valentim valentina valeria valerio valmir valquiria valter vanda vanderlei vanderson vaneska vanessa vania vanilda vanilza vanusa vera veridiana veronica vicente victor victoria vilma"
    " vilmar vilson vinicius viridiana virgilio virginia vitor vitoria vivian viviane wagner waldemar waldir waldomiro walace walas wallace walmir walquiria walter wanda wanderley wanderson wando warley washington welington wellington welton wendel wenderson wesley weslei"
    " weverton wilma wilson wiliam willian william wladimir yago yara yasmin yolanda yuri zacarias zelia zelma zenaide zeni zenilda zilda zilma zilda zoraide zuleica zuleide zulmira".split()
)
