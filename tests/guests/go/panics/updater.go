// panics in the way that its arguments say.
package main

import "amend/updater"

func init() { updater.Export(updater.Edit(panics)) }

func main() {}

type Document struct {
	List []int `json:"list"`
}

func panics(document *Document, how string) error {
	switch how {
	case "by itself":
		panic("at the disco")
	case "index":
		document.List[7]++
	case "nil":
		document = nil
		document.List = nil
	case "for ever":
		return panics(document, how)
	}
	return nil
}
