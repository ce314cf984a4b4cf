// What makes two attempts at a run the same run.

internal import Archive
internal import ByteIO
internal import ByteText
internal import Readers
internal import SystemPackage

extension RunPlan {
    /// How an input is read: read in another way, its files count as other files.
    func reading(ofInput index: Int) -> String {
        let fields = configuration.inputs[index].fields.sorted { $0.key < $1.key }
            .map { " \($0.key)=\($0.value)" }
        return inputs[index].format.rawValue + fields.joined()
            + " limit=\(configuration.recordLimitBytes)"
    }

    /// Of all that decides about what a run adds to an archive, but for the inputs' content: the
    /// program, the configuration, the commit that it begins at. Memory and threads do not count.
    func identity(after store: ArchiveStore, isRereading: Bool) -> Digest {
        var fields = FieldWriter()
        fields.text(ProgramVersion.text)
        fields.text(store.commitSHA256)
        fields.run(parametersJSON(after: store.commit)[...])
        fields.digest(ownPacks)
        fields.number(configuration.shardBytes)
        fields.number(isRereading ? 1 : 0)
        for index in inputs.indices {
            fields.text(configuration.inputs[index].name)
            fields.text(inputs[index].path.madeAbsolute.string)
            fields.text(reading(ofInput: index))
        }
        return Digest(of: fields.bytes.span)
    }
}
