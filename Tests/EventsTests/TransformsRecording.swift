/// Records as Debezium's connector made them, without and with transforms, of the same changes.
enum Recording {
  /// A delete of a row with the default replica identity.
  static let delete = #"""
    {"topic":"srv.inventory.shard_01","partition":null,"key":{"schema":{"type":"struct","fields":[{"type":"in\#
    t32","optional":false,"field":"id"}],"optional":false,"name":"srv.inventory.shard_01.Key"},"payload":{"id\#
    ":1}},"value":{"schema":{"type":"struct","fields":[{"type":"struct","fields":[{"type":"int32","optional":\#
    false,"field":"id"},{"type":"string","optional":true,"field":"v"},{"type":"string","optional":false,"defa\#
    ult":"w","field":"w"}],"optional":true,"name":"srv.inventory.shard_01.Value","field":"before"},{"type":"s\#
    truct","fields":[{"type":"int32","optional":false,"field":"id"},{"type":"string","optional":true,"field":\#
    "v"},{"type":"string","optional":false,"default":"w","field":"w"}],"optional":true,"name":"srv.inventory.\#
    shard_01.Value","field":"after"},{"type":"struct","fields":[{"type":"string","optional":false,"field":"ve\#
    rsion"},{"type":"string","optional":false,"field":"connector"},{"type":"string","optional":false,"field":\#
    "name"},{"type":"int64","optional":false,"field":"ts_ms"},{"type":"string","optional":true,"name":"io.deb\#
    ezium.data.Enum","version":1,"parameters":{"allowed":"true,first,first_in_data_collection,last_in_data_co\#
    llection,last,false,incremental"},"default":"false","field":"snapshot"},{"type":"string","optional":false\#
    ,"field":"db"},{"type":"string","optional":true,"field":"sequence"},{"type":"int64","optional":true,"fiel\#
    d":"ts_us"},{"type":"int64","optional":true,"field":"ts_ns"},{"type":"string","optional":false,"field":"s\#
    chema"},{"type":"string","optional":false,"field":"table"},{"type":"int64","optional":true,"field":"txId"\#
    },{"type":"int64","optional":true,"field":"lsn"},{"type":"int64","optional":true,"field":"xmin"},{"type":\#
    "string","optional":true,"field":"origin"},{"type":"int64","optional":true,"field":"origin_lsn"}],"option\#
    al":false,"name":"io.debezium.connector.postgresql.Source","version":1,"field":"source"},{"type":"struct"\#
    ,"fields":[{"type":"string","optional":false,"field":"id"},{"type":"int64","optional":false,"field":"tota\#
    l_order"},{"type":"int64","optional":false,"field":"data_collection_order"}],"optional":true,"name":"even\#
    t.block","version":1,"field":"transaction"},{"type":"string","optional":false,"field":"op"},{"type":"int6\#
    4","optional":true,"field":"ts_ms"},{"type":"int64","optional":true,"field":"ts_us"},{"type":"int64","opt\#
    ional":true,"field":"ts_ns"}],"optional":false,"name":"srv.inventory.shard_01.Envelope","version":2},"pay\#
    load":{"before":{"id":1,"v":null,"w":"w"},"after":null,"source":{"version":"3.6.3.Final","connector":"pos\#
    tgresql","name":"srv","ts_ms":1795282987500,"snapshot":null,"db":"shop","sequence":"[\"26465216\",\"26465\#
    216\"]","ts_us":1795282987500871,"ts_ns":1795282987500871000,"schema":"inventory","table":"shard_01","txI\#
    d":748,"lsn":26465216,"xmin":null,"origin":null,"origin_lsn":null},"transaction":null,"op":"d","ts_ms":17\#
    95282987586,"ts_us":1795282987586838,"ts_ns":1795282987586838436}},"headers":{"__debezium.context.taskId"\#
    :{"schema":{"type":"string","optional":false},"payload":"0"}}}
    """#
  /// The tombstone behind it.
  static let tombstone = #"""
    {"topic":"srv.inventory.shard_01","partition":null,"key":{"schema":{"type":"struct","fields":[{"type":"in\#
    t32","optional":false,"field":"id"}],"optional":false,"name":"srv.inventory.shard_01.Key"},"payload":{"id\#
    ":1}},"value":null,"headers":{"__debezium.context.taskId":{"schema":{"type":"string","optional":false},"p\#
    ayload":"0"}}}
    """#
  /// The delete rewritten to a row.
  static let deleteRewritten = #"""
    {"topic":"srv.inventory.shard_01","partition":null,"key":{"schema":{"type":"struct","fields":[{"type":"in\#
    t32","optional":false,"field":"id"}],"optional":false,"name":"srv.inventory.shard_01.Key"},"payload":{"id\#
    ":1}},"value":{"schema":{"type":"struct","fields":[{"type":"int32","optional":false,"field":"id"},{"type"\#
    :"string","optional":true,"field":"v"},{"type":"string","optional":false,"default":"w","field":"w"},{"typ\#
    e":"string","optional":true,"field":"__deleted"},{"type":"string","optional":true,"name":"io.debezium.dat\#
    a.Enum","version":1,"parameters":{"allowed":"true,first,first_in_data_collection,last_in_data_collection,\#
    last,false,incremental"},"field":"__snapshot"},{"type":"string","optional":true,"field":"__OP"},{"type":"\#
    string","optional":true,"field":"__db"},{"type":"string","optional":true,"field":"__source_schema"},{"typ\#
    e":"int64","optional":true,"field":"__lsn"},{"type":"int64","optional":true,"field":"__ts_ms"},{"type":"s\#
    tring","optional":true,"field":"__transaction_id"}],"optional":false,"name":"srv.inventory.shard_01.Value\#
    "},"payload":{"id":1,"v":null,"w":"w","__deleted":"true","__snapshot":null,"__OP":"d","__db":"shop","__so\#
    urce_schema":"inventory","__lsn":26465216,"__ts_ms":1795282987586,"__transaction_id":null}},"headers":{"_\#
    _debezium.context.taskId":{"schema":{"type":"string","optional":false},"payload":"0"},"h_op":{"schema":{"\#
    type":"string","optional":true},"payload":"d"},"h_snapshot":{"schema":{"type":"string","optional":true,"n\#
    ame":"io.debezium.data.Enum","version":1,"parameters":{"allowed":"true,first,first_in_data_collection,las\#
    t_in_data_collection,last,false,incremental"}},"payload":null}}}
    """#
  /// The tombstone with the headers of its delete, and its own.
  static let tombstoneWithHeaders = #"""
    {"topic":"srv.inventory.shard_01","partition":null,"key":{"schema":{"type":"struct","fields":[{"type":"in\#
    t32","optional":false,"field":"id"}],"optional":false,"name":"srv.inventory.shard_01.Key"},"payload":{"id\#
    ":1}},"value":null,"headers":{"__debezium.context.taskId":{"schema":{"type":"string","optional":false},"p\#
    ayload":"0"},"h_op":{"schema":{"type":"string","optional":true},"payload":"d"},"h_snapshot":{"schema":{"t\#
    ype":"string","optional":true,"name":"io.debezium.data.Enum","version":1,"parameters":{"allowed":"true,fi\#
    rst,first_in_data_collection,last_in_data_collection,last,false,incremental"}},"payload":null},"h_op":{"s\#
    chema":{"type":"string","optional":false},"payload":"d"}}}
    """#
  /// An update.
  static let update = #"""
    {"topic":"srv.inventory.shard_02","partition":null,"key":{"schema":{"type":"struct","fields":[{"type":"in\#
    t32","optional":false,"field":"id"}],"optional":false,"name":"srv.inventory.shard_02.Key"},"payload":{"id\#
    ":1}},"value":{"schema":{"type":"struct","fields":[{"type":"struct","fields":[{"type":"int32","optional":\#
    false,"field":"id"},{"type":"string","optional":true,"field":"v"},{"type":"string","optional":false,"defa\#
    ult":"w","field":"w"}],"optional":true,"name":"srv.inventory.shard_02.Value","field":"before"},{"type":"s\#
    truct","fields":[{"type":"int32","optional":false,"field":"id"},{"type":"string","optional":true,"field":\#
    "v"},{"type":"string","optional":false,"default":"w","field":"w"}],"optional":true,"name":"srv.inventory.\#
    shard_02.Value","field":"after"},{"type":"struct","fields":[{"type":"string","optional":false,"field":"ve\#
    rsion"},{"type":"string","optional":false,"field":"connector"},{"type":"string","optional":false,"field":\#
    "name"},{"type":"int64","optional":false,"field":"ts_ms"},{"type":"string","optional":true,"name":"io.deb\#
    ezium.data.Enum","version":1,"parameters":{"allowed":"true,first,first_in_data_collection,last_in_data_co\#
    llection,last,false,incremental"},"default":"false","field":"snapshot"},{"type":"string","optional":false\#
    ,"field":"db"},{"type":"string","optional":true,"field":"sequence"},{"type":"int64","optional":true,"fiel\#
    d":"ts_us"},{"type":"int64","optional":true,"field":"ts_ns"},{"type":"string","optional":false,"field":"s\#
    chema"},{"type":"string","optional":false,"field":"table"},{"type":"int64","optional":true,"field":"txId"\#
    },{"type":"int64","optional":true,"field":"lsn"},{"type":"int64","optional":true,"field":"xmin"},{"type":\#
    "string","optional":true,"field":"origin"},{"type":"int64","optional":true,"field":"origin_lsn"}],"option\#
    al":false,"name":"io.debezium.connector.postgresql.Source","version":1,"field":"source"},{"type":"struct"\#
    ,"fields":[{"type":"string","optional":false,"field":"id"},{"type":"int64","optional":false,"field":"tota\#
    l_order"},{"type":"int64","optional":false,"field":"data_collection_order"}],"optional":true,"name":"even\#
    t.block","version":1,"field":"transaction"},{"type":"string","optional":false,"field":"op"},{"type":"int6\#
    4","optional":true,"field":"ts_ms"},{"type":"int64","optional":true,"field":"ts_us"},{"type":"int64","opt\#
    ional":true,"field":"ts_ns"}],"optional":false,"name":"srv.inventory.shard_02.Envelope","version":2},"pay\#
    load":{"before":null,"after":{"id":1,"v":"twice","w":"w"},"source":{"version":"3.6.3.Final","connector":"\#
    postgresql","name":"srv","ts_ms":1795282987500,"snapshot":null,"db":"shop","sequence":"[\"26465088\",\"26\#
    465088\"]","ts_us":1795282987500716,"ts_ns":1795282987500716000,"schema":"inventory","table":"shard_02","\#
    txId":747,"lsn":26465088,"xmin":null,"origin":null,"origin_lsn":null},"transaction":null,"op":"u","ts_ms"\#
    :1795282987586,"ts_us":1795282987586388,"ts_ns":1795282987586388286}},"headers":{"__debezium.context.task\#
    Id":{"schema":{"type":"string","optional":false},"payload":"0"}}}
    """#
  /// The update routed to the topic of several tables.
  static let updateRouted = #"""
    {"topic":"srv.inventory.all","partition":null,"key":{"schema":{"type":"struct","fields":[{"type":"int32",\#
    "optional":false,"field":"id"},{"type":"string","optional":false,"field":"origin"}],"optional":false,"nam\#
    e":"srv.inventory.all.Key"},"payload":{"id":1,"origin":"02"}},"value":{"schema":{"type":"struct","fields"\#
    :[{"type":"struct","fields":[{"type":"int32","optional":false,"field":"id"},{"type":"string","optional":t\#
    rue,"field":"v"},{"type":"string","optional":false,"default":"w","field":"w"}],"optional":true,"name":"sr\#
    v.inventory.all.Value","field":"before"},{"type":"struct","fields":[{"type":"int32","optional":false,"fie\#
    ld":"id"},{"type":"string","optional":true,"field":"v"},{"type":"string","optional":false,"default":"w","\#
    field":"w"}],"optional":true,"name":"srv.inventory.all.Value","field":"after"},{"type":"struct","fields":\#
    [{"type":"string","optional":false,"field":"version"},{"type":"string","optional":false,"field":"connecto\#
    r"},{"type":"string","optional":false,"field":"name"},{"type":"int64","optional":false,"field":"ts_ms"},{\#
    "type":"string","optional":true,"name":"io.debezium.data.Enum","version":1,"parameters":{"allowed":"true,\#
    first,first_in_data_collection,last_in_data_collection,last,false,incremental"},"default":"false","field"\#
    :"snapshot"},{"type":"string","optional":false,"field":"db"},{"type":"string","optional":true,"field":"se\#
    quence"},{"type":"int64","optional":true,"field":"ts_us"},{"type":"int64","optional":true,"field":"ts_ns"\#
    },{"type":"string","optional":false,"field":"schema"},{"type":"string","optional":false,"field":"table"},\#
    {"type":"int64","optional":true,"field":"txId"},{"type":"int64","optional":true,"field":"lsn"},{"type":"i\#
    nt64","optional":true,"field":"xmin"},{"type":"string","optional":true,"field":"origin"},{"type":"int64",\#
    "optional":true,"field":"origin_lsn"}],"optional":false,"name":"io.debezium.connector.postgresql.Source",\#
    "version":1,"field":"source"},{"type":"struct","fields":[{"type":"string","optional":false,"field":"id"},\#
    {"type":"int64","optional":false,"field":"total_order"},{"type":"int64","optional":false,"field":"data_co\#
    llection_order"}],"optional":true,"name":"event.block","version":1,"field":"transaction"},{"type":"string\#
    ","optional":false,"field":"op"},{"type":"int64","optional":true,"field":"ts_ms"},{"type":"int64","option\#
    al":true,"field":"ts_us"},{"type":"int64","optional":true,"field":"ts_ns"}],"optional":false,"name":"srv.\#
    inventory.all.Envelope","version":2},"payload":{"before":null,"after":{"id":1,"v":"twice","w":"w"},"sourc\#
    e":{"version":"3.6.3.Final","connector":"postgresql","name":"srv","ts_ms":1795282987500,"snapshot":null,"\#
    db":"shop","sequence":"[\"26465088\",\"26465088\"]","ts_us":1795282987500716,"ts_ns":1795282987500716000,\#
    "schema":"inventory","table":"shard_02","txId":747,"lsn":26465088,"xmin":null,"origin":null,"origin_lsn":\#
    null},"transaction":null,"op":"u","ts_ms":1795282987586,"ts_us":1795282987586388,"ts_ns":1795282987586388\#
    286}},"headers":{"__debezium.context.taskId":{"schema":{"type":"string","optional":false},"payload":"0"}}\#
    }
    """#
  /// An insert into an outbox table.
  static let outboxInsert = #"""
    {"topic":"srv.public.outboxevent","partition":null,"key":{"schema":{"type":"struct","fields":[{"type":"st\#
    ring","optional":false,"name":"io.debezium.data.Uuid","version":1,"field":"id"}],"optional":false,"name":\#
    "srv.public.outboxevent.Key"},"payload":{"id":"406c07f3-26f0-4eea-a50c-109940064b8f"}},"value":{"schema":\#
    {"type":"struct","fields":[{"type":"struct","fields":[{"type":"string","optional":false,"name":"io.debezi\#
    um.data.Uuid","version":1,"field":"id"},{"type":"string","optional":false,"field":"aggregatetype"},{"type\#
    ":"string","optional":false,"field":"aggregateid"},{"type":"string","optional":false,"field":"type"},{"ty\#
    pe":"string","optional":true,"name":"io.debezium.data.Json","version":1,"field":"payload"},{"type":"strin\#
    g","optional":true,"default":"dt","field":"tenant"},{"type":"string","optional":true,"name":"io.debezium.\#
    time.ZonedTimestamp","version":1,"field":"occurred"},{"type":"int64","optional":true,"name":"io.debezium.\#
    time.Timestamp","version":1,"field":"at"},{"type":"int32","optional":false,"default":1,"field":"ver"},{"t\#
    ype":"int32","optional":true,"field":"part"},{"type":"int32","optional":true,"field":"n"}],"optional":tru\#
    e,"name":"srv.public.outboxevent.Value","field":"before"},{"type":"struct","fields":[{"type":"string","op\#
    tional":false,"name":"io.debezium.data.Uuid","version":1,"field":"id"},{"type":"string","optional":false,\#
    "field":"aggregatetype"},{"type":"string","optional":false,"field":"aggregateid"},{"type":"string","optio\#
    nal":false,"field":"type"},{"type":"string","optional":true,"name":"io.debezium.data.Json","version":1,"f\#
    ield":"payload"},{"type":"string","optional":true,"default":"dt","field":"tenant"},{"type":"string","opti\#
    onal":true,"name":"io.debezium.time.ZonedTimestamp","version":1,"field":"occurred"},{"type":"int64","opti\#
    onal":true,"name":"io.debezium.time.Timestamp","version":1,"field":"at"},{"type":"int32","optional":false\#
    ,"default":1,"field":"ver"},{"type":"int32","optional":true,"field":"part"},{"type":"int32","optional":tr\#
    ue,"field":"n"}],"optional":true,"name":"srv.public.outboxevent.Value","field":"after"},{"type":"struct",\#
    "fields":[{"type":"string","optional":false,"field":"version"},{"type":"string","optional":false,"field":\#
    "connector"},{"type":"string","optional":false,"field":"name"},{"type":"int64","optional":false,"field":"\#
    ts_ms"},{"type":"string","optional":true,"name":"io.debezium.data.Enum","version":1,"parameters":{"allowe\#
    d":"true,first,first_in_data_collection,last_in_data_collection,last,false,incremental"},"default":"false\#
    ","field":"snapshot"},{"type":"string","optional":false,"field":"db"},{"type":"string","optional":true,"f\#
    ield":"sequence"},{"type":"int64","optional":true,"field":"ts_us"},{"type":"int64","optional":true,"field\#
    ":"ts_ns"},{"type":"string","optional":false,"field":"schema"},{"type":"string","optional":false,"field":\#
    "table"},{"type":"int64","optional":true,"field":"txId"},{"type":"int64","optional":true,"field":"lsn"},{\#
    "type":"int64","optional":true,"field":"xmin"},{"type":"string","optional":true,"field":"origin"},{"type"\#
    :"int64","optional":true,"field":"origin_lsn"}],"optional":false,"name":"io.debezium.connector.postgresql\#
    .Source","version":1,"field":"source"},{"type":"struct","fields":[{"type":"string","optional":false,"fiel\#
    d":"id"},{"type":"int64","optional":false,"field":"total_order"},{"type":"int64","optional":false,"field"\#
    :"data_collection_order"}],"optional":true,"name":"event.block","version":1,"field":"transaction"},{"type\#
    ":"string","optional":false,"field":"op"},{"type":"int64","optional":true,"field":"ts_ms"},{"type":"int64\#
    ","optional":true,"field":"ts_us"},{"type":"int64","optional":true,"field":"ts_ns"}],"optional":false,"na\#
    me":"srv.public.outboxevent.Envelope","version":2},"payload":{"before":null,"after":{"id":"406c07f3-26f0-\#
    4eea-a50c-109940064b8f","aggregatetype":"Order","aggregateid":"1","type":"OrderCreated","payload":"{\"n\"\#
    : [1, 2, null], \"s\": [\"a\", \"b\"], \"id\": 1, \"ok\": true, \"big\": 5000000000, \"nest\": {\"deep\":\#
     {\"x\": 15000000000}}, \"note\": null, \"lines\": [{\"item\": \"D\", \"price\": 39.99}, {\"qty\": 1, \"i\#
    tem\": \"E\"}], \"emptya\": [], \"emptyo\": {}, \"we ird\": 0.0000001}","tenant":"t1","occurred":"2020-01\#
    -01T00:00:00.000000Z","at":1577836800500,"ver":1,"part":3,"n":7},"source":{"version":"3.6.3.Final","conne\#
    ctor":"postgresql","name":"srv","ts_ms":1795283193213,"snapshot":null,"db":"shop","sequence":"[null,\"106\#
    406480\"]","ts_us":1795283193213421,"ts_ns":1795283193213421000,"schema":"public","table":"outboxevent","\#
    txId":1238,"lsn":106406480,"xmin":null,"origin":null,"origin_lsn":null},"transaction":null,"op":"c","ts_m\#
    s":1795283193281,"ts_us":1795283193281172,"ts_ns":1795283193281172267}},"headers":{"__debezium.context.ta\#
    skId":{"schema":{"type":"string","optional":false},"payload":"0"}}}
    """#
  /// The event of the outbox row, with columns in envelope, headers and partition.
  static let outboxRouted = #"""
    {"topic":"outbox.event.Order","partition":3,"key":{"schema":{"type":"string","optional":false},"payload":\#
    "1"},"value":{"schema":{"type":"struct","fields":[{"type":"string","optional":true,"name":"io.debezium.da\#
    ta.Json","version":1,"field":"payload"},{"type":"string","optional":true,"default":"dt","field":"tenant"}\#
    ,{"type":"int32","optional":true,"field":"nn"}],"optional":false,"name":"srv.public.outboxevent.Order.Val\#
    ue"},"payload":{"payload":"{\"n\": [1, 2, null], \"s\": [\"a\", \"b\"], \"id\": 1, \"ok\": true, \"big\":\#
     5000000000, \"nest\": {\"deep\": {\"x\": 15000000000}}, \"note\": null, \"lines\": [{\"item\": \"D\", \"\#
    price\": 39.99}, {\"qty\": 1, \"item\": \"E\"}], \"emptya\": [], \"emptyo\": {}, \"we ird\": 0.0000001}",\#
    "tenant":"t1","nn":7}},"headers":{"__debezium.context.taskId":{"schema":{"type":"string","optional":false\#
    },"payload":"0"},"id":{"schema":{"type":"string","optional":false,"name":"io.debezium.data.Uuid","version\#
    ":1},"payload":"406c07f3-26f0-4eea-a50c-109940064b8f"},"eventType":{"schema":{"type":"string","optional":\#
    false},"payload":"OrderCreated"},"occurred":{"schema":{"type":"string","optional":true,"name":"io.debeziu\#
    m.time.ZonedTimestamp","version":1},"payload":"2020-01-01T00:00:00.000000Z"}}}
    """#
  /// The event of the outbox row with its payload as a struct, routed by another column.
  static let outboxExpanded = #"""
    {"topic":"events.Created.Ord","partition":null,"key":{"schema":{"type":"string","optional":false},"payloa\#
    d":"1"},"value":{"schema":{"type":"struct","fields":[{"type":"array","items":{"type":"int32","optional":t\#
    rue},"optional":true,"field":"n"},{"type":"array","items":{"type":"string","optional":true},"optional":tr\#
    ue,"field":"s"},{"type":"int32","optional":true,"field":"id"},{"type":"boolean","optional":true,"field":"\#
    ok"},{"type":"int64","optional":true,"field":"big"},{"type":"struct","fields":[{"type":"struct","fields":\#
    [{"type":"int64","optional":true,"field":"x"}],"optional":true,"name":"payload.nest.deep","field":"deep"}\#
    ],"optional":true,"name":"payload.nest","field":"nest"},{"type":"array","items":{"type":"struct","fields"\#
    :[{"type":"string","optional":true,"field":"item"},{"type":"double","optional":true,"field":"price"},{"ty\#
    pe":"int32","optional":true,"field":"qty"}],"optional":false,"name":"payload.lines"},"optional":true,"fie\#
    ld":"lines"},{"type":"struct","fields":[],"optional":true,"name":"payload.emptyo","field":"emptyo"},{"typ\#
    e":"double","optional":true,"field":"we ird"}],"optional":true,"name":"payload"},"payload":{"n":[1,2,null\#
    ],"s":["a","b"],"id":1,"ok":true,"big":5000000000,"nest":{"deep":{"x":15000000000}},"lines":[{"item":"D",\#
    "price":39.99,"qty":null},{"item":"E","price":null,"qty":1}],"emptyo":{},"we ird":1.0E-7}},"headers":{"__\#
    debezium.context.taskId":{"schema":{"type":"string","optional":false},"payload":"0"},"id":{"schema":{"typ\#
    e":"string","optional":false,"name":"io.debezium.data.Uuid","version":1},"payload":"406c07f3-26f0-4eea-a5\#
    0c-109940064b8f"},"eventType":{"schema":{"type":"string","optional":false},"payload":"OrderCreated"}}}
    """#
}
